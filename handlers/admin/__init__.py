"""What administrators do in the chat: broadcasts, sources, figures.

In comes a message or a pressed button of somebody in `QALA_ADMINS`; everybody else hears nothing. Out goes a screen."""
