"""Contact cards for the desk: whom to call when what is broken."""

from flask import render_template

from appliance import own_files
from appliance.eligibility.contacts import Contact, contacts
from appliance.web import guard
from appliance.web.printing.area import blueprint
from appliance.web.room import here
from appliance.web.texts.choice import in_japanese

_CARDS = 8
"""So many fit on a sheet; what is left over stays blank for a pen."""


@blueprint.get("/contacts")
@guard.allow(*guard.STAFF)
@in_japanese
def contact_cards() -> str:
    """All contacts, and blank cards for those that nobody has written down yet."""
    room = here()
    texts, unreadable = own_files.texts(room.box.contacts_dir)
    found, refused = contacts(texts)
    blank = (Contact(name="", phone=""),) * max(0, _CARDS - len(found))
    return render_template(
        "printing/contacts.html",
        cards=(*found, *blank),
        refusals=(*unreadable, *refused),
        code=room.settings.institution_code,
    )
