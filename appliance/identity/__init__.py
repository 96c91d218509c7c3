"""Who this box is to those who connect to it: its own CA, the certificates of its servers, the clinic's own certificate."""

from appliance.identity.signing import LOOPBACK, Authority, ServerFiles, authority, server_files, write_key

__all__ = ["LOOPBACK", "Authority", "ServerFiles", "authority", "server_files", "write_key"]
