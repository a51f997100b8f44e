"""Work that is done after the answer: queued in the database in the same transaction, done by `ggzy work`.

A job is a function that may run twice; it takes plain values.
"""

from procrastinate import App
from procrastinate.contrib.django import app as _app

app: App = _app
