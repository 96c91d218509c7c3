"""What a month's checks add up to: pure rules of counting."""
