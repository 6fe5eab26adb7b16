"""`python -m portal …`"""

import gc
import sys

# What is imported stays: looking through it again and again would only make the start longer.
gc.disable()

from portal.cli import main  # noqa: E402

gc.enable()
sys.exit(main())
