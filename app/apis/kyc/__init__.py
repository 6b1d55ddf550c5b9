"""The KYC API: the checks that are wanted of a user, the pictures' storage and the answers."""
