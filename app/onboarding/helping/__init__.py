"""Help by staff: agents who fill in for people, in a branch, on the phone, or where somebody got stuck."""
