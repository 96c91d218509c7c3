"""Everything the patient screen says, one pair of files a language: the words of the steps and those of the troubles."""

from appliance.eligibility.visit import Language
from appliance.web.patient.languages.words_en import ENGLISH
from appliance.web.patient.languages.words_ja import JAPANESE
from appliance.web.patient.languages.words_ko import KOREAN
from appliance.web.patient.languages.words_zh_hans import CHINESE_SIMPLIFIED
from appliance.web.patient.languages.words_zh_hant import CHINESE_TRADITIONAL
from appliance.web.patient.words import Words

WORDS: dict[Language, Words] = {
    Language.JAPANESE: JAPANESE,
    Language.ENGLISH: ENGLISH,
    Language.KOREAN: KOREAN,
    Language.CHINESE_SIMPLIFIED: CHINESE_SIMPLIFIED,
    Language.CHINESE_TRADITIONAL: CHINESE_TRADITIONAL,
}
