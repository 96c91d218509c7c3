"""The layers of a line to the center, from the near end to the far one, in the words of the pages."""

from enum import StrEnum


class Layer(StrEnum):
    """Where a line can fail. `BOX` is what lies before all others: settings and keys."""

    BOX = "box"
    INTERFACE = "interface"
    ADDRESS = "address"
    DNS = "dns"
    ROUTE = "route"
    TCP = "tcp"
    TLS = "tls"
    SERVICE = "service"
    CLOCK = "clock"


LAYER_LABELS = {
    Layer.BOX: "この装置の設定",
    Layer.INTERFACE: "LANの差し込み口",
    Layer.ADDRESS: "アドレス",
    Layer.DNS: "名前解決",
    Layer.ROUTE: "経路",
    Layer.TCP: "接続（TCP）",
    Layer.TLS: "暗号化と証明書",
    Layer.SERVICE: "センターの応答",
    Layer.CLOCK: "時計",
}
