"""Data into messages: pure functions; render.py alone knows aiogram."""
