"""The running program. It puts the other rooms together, and none of them imports it."""

import sys
from collections.abc import Mapping
from typing import Any

__version__ = "0.2.0"


def import_aiogram() -> None:
    """Import aiogram without building its four hundred models, which takes 1.5 s and 100 MB.

    Each is built when it is first used; a bot uses some forty. Where aiogram is there already, nothing changes.
    """
    if "aiogram.types" in sys.modules:
        return
    from pydantic import BaseModel

    build = BaseModel.__dict__["model_rebuild"]
    names: dict[str, Any] = {}

    def later(_: type[BaseModel], /, *, _types_namespace: Mapping[str, Any] | None = None, **_how: Any) -> None:
        """Note the names by which the models' fields call their types."""
        names.update(_types_namespace or {})

    def when_used(cls: type[BaseModel], /, *, _types_namespace: Mapping[str, Any] | None = None, **how: Any) -> Any:
        """Build a model now. Pydantic calls this when it meets one that is not built."""
        return build.__func__(cls, _types_namespace=_types_namespace or names, **how)

    BaseModel.model_rebuild = classmethod(later)  # type: ignore[assignment]
    try:
        from aiogram.methods.base import Response, TelegramMethod
        from aiogram.types.base import TelegramObject
    finally:
        BaseModel.model_rebuild = build  # type: ignore[method-assign]
    for base in (TelegramObject, TelegramMethod, Response):
        base.model_rebuild = classmethod(when_used)  # type: ignore[assignment]
