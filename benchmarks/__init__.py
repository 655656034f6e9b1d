"""Figures of Qala, each by a command of its own."""

from bot import import_aiogram

import_aiogram()
