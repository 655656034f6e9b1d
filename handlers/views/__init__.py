"""Data into messages: pure functions; render.py alone knows aiogram.

In come articles, stories, settings, and who looks at them (`Viewer`). Out go screens: HTML and buttons as plain data.
Nothing here waits or asks the store.
"""
