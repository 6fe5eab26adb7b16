"""The people portal. How it is built and where things live: portal/README.md."""
