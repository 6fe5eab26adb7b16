"""Mail: a letter is a row written in its cause's transaction, and sent by a sweep.

It keeps ids and knows nobody: what a letter says, and to whom, is rendered by its kind when it is
sent, so rights and facts are those of that moment. It never sends anything twice knowingly.
"""
