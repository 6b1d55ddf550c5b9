"""How onboarding goes: counted where it happens, without personal data, and added up for staff."""
