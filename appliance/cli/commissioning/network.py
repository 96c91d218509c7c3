"""A site's networks as systemd-networkd, the firewall and chrony read them. Everything was judged when the plan was read."""

from appliance.cli.commissioning.plan import Plan, Side

LAN_FILE = "network/10-lan.network"
CENTER_FILE = "network/20-center.network"
CENTER_INTERFACE_FILE = "center-interface"
HOST_NAME_FILE = "hostname"
TIME_FILE = "chrony/site.sources"


def files_of(plan: Plan) -> dict[str, str]:
    """What to write below the site's folder, by name; only what the plan speaks of."""
    found: dict[str, str] = {}
    if plan.host_name is not None:
        found[HOST_NAME_FILE] = f"{plan.host_name}\n"
    if plan.lan is not None or plan.center is not None:
        found[LAN_FILE] = _lan(plan.lan or Side(), plan.center)
    if plan.center is not None:
        found[CENTER_FILE] = _network(f"Name={plan.center.interface}", plan.center, is_center=True)
        found[CENTER_INTERFACE_FILE] = f"{plan.center.interface}\n"
    if plan.time_servers is not None:
        found[TIME_FILE] = "".join(f"server {name} iburst\n" for name in plan.time_servers)
    return found


def _lan(lan: Side, center: Side | None) -> str:
    if lan.interface:
        return _network(f"Name={lan.interface}", lan, is_center=False)
    other = f"\nName=!{center.interface}" if center is not None else ""
    return _network(f"Type=ether{other}", lan, is_center=False)


def _network(match: str, side: Side, *, is_center: bool) -> str:
    lines = ["[Match]", match, "", "[Network]", "IPForward=no", "LLDP=no", "EmitLLDP=no"]
    if not side.addresses:
        lines.append("DHCP=yes")
    elif is_center:
        # An IPv6 line gives its prefix by itself, beside an address of its own.
        lines.append("IPv6AcceptRA=yes")
    lines += [f"Address={one}" for one in side.addresses]
    lines += [f"Gateway={side.gateway}"] if side.gateway and not side.routes else []
    lines += [f"DNS={one}" for one in side.dns]
    lines += ["", "[DHCPv4]", f"UseRoutes={'no' if is_center and side.routes else 'yes'}", "UseDomains=no"]
    for route in side.routes:
        lines += ["", "[Route]", f"Destination={route}"]
        lines += [f"Gateway={side.gateway}"] if side.gateway else ["Gateway=_dhcp4"]
    return "\n".join([*lines, ""])
