"""The journey's question groups, in the order they are asked."""

from app.steps import address, document, exposure, identity, income, personal, phone, selfies
from app.steps.base import Step

STEPS: tuple[Step, ...] = (
    personal.STEP,
    identity.STEP,
    exposure.STEP,
    address.STEP,
    phone.STEP,
    income.STEP,
    document.STEP,
    selfies.STEP,
)
