"""薬剤情報 and 診療情報 (YZKsiquc01res as XML): three blocks, each month → day → drug.

Element names are the interface's abbreviations: Me(dical) Tr(eatment) from claims, Cz (調剤結果) and Sh (処方) from
電子処方箋. One dispensing can stand in more than one block: claims win over 調剤結果, those over 処方.
"""

from dataclasses import dataclass, field

from appliance.eligibility.message import Block, coded, listed, repeated


@dataclass(frozen=True, kw_only=True)
class Person(Block):
    """QuaInf: whose drugs these are."""

    name: str | None = None
    kana_name: str | None = None
    birth: str | None = None
    adm_gend_code: str | None = None


@dataclass(frozen=True, kw_only=True)
class DrugHeader(Block):
    """Header of YZKsiquc01res. `result_code` 1 is success, else `message_contents` says why not."""

    process_execution_time: str | None = None
    medical_institution_code: str | None = None
    arbitrary_file_identifier: str | None = None
    segment_of_result: str | None = coded("OQSCD003")
    error_code: str | None = None
    error_message: str | None = None
    character_code_identifier: str | None = coded("OQSCD005")
    result_code: str | None = None
    message_contents: str | None = None
    qua_inf: Person | None = None


@dataclass(frozen=True, kw_only=True)
class ClaimedDrug(Block):
    """DrugInf: a drug as claimed; `drug_c` has up to 9 characters."""

    drug_c: str | None = None
    drug_n: str | None = None
    ingre_n: str | None = None
    qua1: str | None = None
    unit: str | None = None
    usage_n: str | None = None
    sp_inst: str | None = None
    times: str | None = None
    me_tr_id_cl: str | None = None


@dataclass(frozen=True, kw_only=True)
class Treatment(Block):
    """MeTrInf: 診療行為, operations among them."""

    sin_inf_n: str | None = None
    sin_inf_cd: str | None = None
    me_tr_id_cl: str | None = None
    qua1: str | None = None
    times: str | None = None
    unit: str | None = None


@dataclass(frozen=True, kw_only=True)
class ClaimedDay(Block):
    """DiDateInf: one day of dispensing."""

    di_date: str | None = None
    pr_date: str | None = None
    drug_infs: tuple[ClaimedDrug, ...] = listed("DrugInfs", "DrugInf")
    me_tr_infs: tuple[Treatment, ...] = listed("MeTrInfs", "MeTrInf")


@dataclass(frozen=True, kw_only=True)
class ClaimedMonth(Block):
    """MeTrMonthInf: one month at one institution, from claims."""

    di_org: str | None = None
    me_tr_di_h_cd: str | None = None
    me_tr_di_h_nm: str | None = None
    me_tr_month: str | None = None
    prls_h_cd: str | None = None
    prls_h_nm: str | None = None
    pr_is_org: str | None = None
    in_out: str | None = None
    di_date_infs: tuple[ClaimedDay, ...] = listed("DiDateInfs", "DiDateInf")


@dataclass(frozen=True, kw_only=True)
class DispensedDrug(Block):
    """CzDrugInf: a drug as dispensed."""

    cz_drug_c: str | None = None
    cz_drug_n: str | None = None
    cz_ingre_n: str | None = None
    cz_qua1: str | None = None
    cz_unit: str | None = None
    cz_usage_n: str | None = None
    cz_sp_inst: str | None = None
    cz_times: str | None = None
    cz_me_tr_id_cl: str | None = None


@dataclass(frozen=True, kw_only=True)
class DispensedDay(Block):
    """CzDiDateInf: one day of dispensing."""

    cz_di_date: str | None = None
    cz_pr_date: str | None = None
    cz_drug_infs: tuple[DispensedDrug, ...] = listed("CzDrugInfs", "CzDrugInf")


@dataclass(frozen=True, kw_only=True)
class DispensedMonth(Block):
    """CzDiMonthInf: one month at one pharmacy, from 調剤結果."""

    cz_di_org: str | None = None
    cz_me_tr_di_h_cd: str | None = None
    cz_me_tr_di_h_nm: str | None = None
    cz_di_month: str | None = None
    cz_prls_h_cd: str | None = None
    cz_prls_h_nm: str | None = None
    cz_pr_is_org: str | None = None
    cz_pr_cl: str | None = None
    cz_di_date_infs: tuple[DispensedDay, ...] = listed("CzDiDateInfs", "CzDiDateInf")


@dataclass(frozen=True, kw_only=True)
class PrescribedDrug(Block):
    """ShDrugInf: a drug as prescribed."""

    sh_drug_c: str | None = None
    sh_drug_n: str | None = None
    sh_ingre_n: str | None = None
    sh_qua1: str | None = None
    sh_unit: str | None = None
    sh_usage_n: str | None = None
    sh_sp_inst: str | None = None
    sh_times: str | None = None
    sh_me_tr_id_cl: str | None = None


@dataclass(frozen=True, kw_only=True)
class PrescribedDay(Block):
    """ShPrDateInf: one day of prescribing."""

    sh_pr_date: str | None = None
    sh_drug_infs: tuple[PrescribedDrug, ...] = listed("ShDrugInfs", "ShDrugInf")


@dataclass(frozen=True, kw_only=True)
class PrescribedMonth(Block):
    """ShPrMonthInf: one month at one institution, from 処方."""

    sh_pr_org: str | None = None
    sh_me_tr_di_h_cd: str | None = None
    sh_me_tr_di_h_nm: str | None = None
    sh_pr_month: str | None = None
    sh_pr_h_cd: str | None = None
    sh_pr_h_nm: str | None = None
    sh_pr_is_org: str | None = None
    sh_pr_cl: str | None = None
    sh_pr_date_infs: tuple[PrescribedDay, ...] = listed("ShPrDateInfs", "ShPrDateInf")


@dataclass(frozen=True, kw_only=True)
class DrugBody(Block):
    """Body of YZKsiquc01res: the three blocks. The outcome stands here or in the header."""

    result_code: str | None = None
    message_contents: str | None = None
    me_tr_month_inf: tuple[ClaimedMonth, ...] = repeated("MeTrMonthInf")
    cz_di_inf: tuple[DispensedMonth, ...] = listed("CzDiInf", "CzDiMonthInf")
    sh_pr_inf: tuple[PrescribedMonth, ...] = listed("ShPrInf", "ShPrMonthInf")


@dataclass(frozen=True, kw_only=True)
class DrugMessage(Block):
    """YZKsiquc01res as XML."""

    message_header: DrugHeader = field(default_factory=DrugHeader)
    message_body: DrugBody = field(default_factory=DrugBody)
