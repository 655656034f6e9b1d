"""Data into messages, as pure functions. Only render.py knows aiogram.

Articles, stories and settings come in, and who looks at them (`Viewer`). Screens leave: HTML and buttons as plain data.
Nothing here waits or asks the store.
"""
