"""The pages of a box that has no clinic yet: whoever has its code in hand sets it up anew, or from another box's backup."""
