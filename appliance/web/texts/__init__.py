"""The texts of the staff's pages: written in Japanese where they are used, and in English in one file, `en.po`."""

from appliance.web.texts.choice import blueprint

__all__ = ["blueprint"]
