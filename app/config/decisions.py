"""The settings of what staff decide: by how many eyes, and for which reasons."""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel, Field


class DecisionSettings(BaseModel):
    """What concerns approving and rejecting."""

    four_eyes: bool = Field(
        False, description="`true`: approving and rejecting take two different reviewers (docs/staff.md)."
    )
    rejections: Path | None = Field(
        None, description="File (TOML) of reasons to reject added to, or put in place of, those that ship."
    )
