"""Comparing the person at the reader with the card's photo.

`results`, `verdict`, `challenge`, `model` and `worker` are light and may be imported anywhere in this room. All other
modules load OpenCV, dlib or onnxruntime and belong to the worker's process alone, so that a box without a camera does not
pay for them and so that no picture ever lies in the process that talks to cards.
"""
