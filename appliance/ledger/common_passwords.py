"""Words that many passwords are made of, in the world and at a clinic. What is left beside them counts."""

WORDS = """
    password passwd passw0rd pass123 p@ssword p@ssw0rd secret himitsu welcome letmein login master
    default changeme admin administrator root user guest test demo sample qwerty qwertyuiop asdfgh
    asdfghjkl zxcvbn zxcvbnm 1qaz2wsx abcdef abcd1234 abc123 iloveyou monkey dragon football baseball
    princess sunshine superman pokemon doraemon clinic hospital doctor nurse byouin iin iryou iryo
    shinryo naika shika yakkyoku uketsuke kanri kanja karte receipt rezekon medical health madoguchi
    tokyo osaka japan nippon nihon sakura hanako taro yamada tanaka suzuki パスワード 病院 医院 診療所 クリニック 受付 窓口
"""
