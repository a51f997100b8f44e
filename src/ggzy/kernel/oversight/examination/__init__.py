"""Examination: hold the database against itself, the published files and the witnesses, and name what does not fit.

Nothing is believed that can be computed again. Rows come from cursors of the server's, in the order of the log or
of an index, so memory does not grow with the log. All of it is one read-only snapshot, also while the site runs.
"""
