"""Forms that look concrete: dates, hours, money, numbers of documents, citations of law, links. On a view's text.

What only looks concrete is told apart from what is: a law's number and date are nobody's result. A decision on a
case ("1290/QĐ-UBND") is told from a rule ("42/2024/QĐ-UBND") by the year inside the rule's number.
"""

import re

URL = re.compile(
    r"https?://\S{1,300}|www\.\S{1,200}|(?<![\w@.])[\w-]{2,40}\.(?:gov\.vn|vn|com|org|net)(?:/\S{0,200})?"
)
LAW_NUMBER = re.compile(r"\d{1,4}/(?:19|20)\d{2}/[^\W\d_][\w-]{1,20}")
LAW_NAME = re.compile(
    r"(?:luật|luat|nghị định|nghi dinh|thông tư|thong tu|bộ luật|bo luat|pháp lệnh|phap lenh|law|decree|circular)"
    r"(?:\s[^\s.,;:()]{1,20}){0,6}?\s(?:số |so |no\.? ?)?\d{1,4}(?:/\d{4})?(?:/[\w-]{1,20})?"
    r"(?:,?\s(?:ngày|ngay|dated)\s\d{1,2}[/.-]\d{1,2}[/.-]\d{4})?"
)
CLAUSE = re.compile(r"(?:điểm|diem|khoản|khoan|điều|dieu|article|clause|point)\s(?:\d{1,3}[a-zđ]?|[a-zđ])(?!\w)")
_DAY, _MONTH = r"(?:0?[1-9]|[12]\d|3[01])", r"(?:0?[1-9]|1[0-2])"
_MONTHS = (r"(?:january|february|march|april|may|june|july|august|september|october|november|december|jan|feb|mar"
           r"|apr|jun|jul|aug|sept?|oct|nov|dec)")
DATE = re.compile(
    rf"(?<![\d/.,-]){_DAY}/{_MONTH}(?:/\d{{2,4}})?(?![\d/])"
    rf"|(?<![\d/.,-]){_DAY}[.-]{_MONTH}[.-](?:19|20)\d{{2}}(?!\d)"
    rf"|(?<=ngày ){_DAY}[.-]{_MONTH}(?![\d%])|(?<=ngay ){_DAY}[.-]{_MONTH}(?![\d%])"
    rf"|(?<=sáng ){_DAY}[.-]{_MONTH}(?![\d%])|(?<=chiều ){_DAY}[.-]{_MONTH}(?![\d%])"
    r"|(?:ngày|ngay|mùng|mung)\s\d{1,2}(?:\stháng|\sthang)?(?![\d/.,])"
    r"|(?:tháng|thang)\s(?:\d{1,2}(?!\d)|giêng|chạp)|(?:quý|quy)\s(?:[1-4]|i{1,3}|iv)(?:[/\s]|\b)"
    r"|(?:trước|truoc|năm|nam|cuối năm|hết năm)\s20\d{2}"
    rf"|\d{{1,2}}(?:st|nd|rd|th)?\s{_MONTHS}(?!\w)|(?<!\w){_MONTHS}\s\d{{1,2}}(?!\d)"
)
HOUR = re.compile(r"(?<!\d)\d{1,2}\s?(?:h\d{0,2}|:\d{2}|giờ|gio|am|pm|a\.m|p\.m)(?!\w)")
MONEY = re.compile(
    r"\d[\d.,]{0,15}\s?(?:k|đồng|dong|đ|vnd|vnđ|triệu|trieu|tr|tỷ|ty|tỉ|nghìn|nghin|ngàn|ngan|usd|million|billion)"
    r"(?!\w)"
)
CASE_DOCUMENT = re.compile(r"(?<![\d/])\d{1,6}/[a-zđ][a-zđ.-]{1,19}(?!\w)")
PHONE = re.compile(r"(?<!\d)(?:0|\+84|1[89]00)[\d .]{6,13}\d(?!\d)")
PERIOD = re.compile(
    r"(?<!\w)(?:\d{1,3}|một|hai|ba|bốn|năm|sáu|bảy|mười|mot|bon|sau|bay|muoi|one|two|three|five|seven|ten)"
    r"\s(?:ngày|tuần|tháng|giờ|phút|ngay|tuan|thang|gio|phut|working days?|days?|weeks?|months?|hours?)"
    r"(?:\slàm việc|\slam viec)?(?!\w)"
)
COMING = re.compile(
    rf"(?<!\w)(?:từ|tu|from|between)\s(?:ngày\s|ngay\s)?{_DAY}(?:/{_MONTH})?(?:/\d{{4}})?\s(?:đến|den|tới|toi|-|–|to|and)\s"
    rf"(?:hết\s|het\s)?(?:ngày\s|ngay\s)?{_DAY}/{_MONTH}"
    rf"|(?<!\w)(?:mai|mốt|thứ (?:hai|ba|tư|năm|sáu|bảy)|chủ nhật|thu (?:hai|ba|tu|nam|sau|bay)|chu nhat),?\s"
    rf"(?:ngày\s|ngay\s)?{_DAY}/{_MONTH}"
)
"""A stretch of days, or a day of the week with its date: how a step to come is told without "will"."""
PERCENT = re.compile(r"\d[\d.,]{0,8}\s?%")
NUMBER = re.compile(r"\d")
WORD = re.compile(r"[^\W_]+")

LAWS = (LAW_NAME, LAW_NUMBER, CLAUSE)

SIGNS = (
    (URL, "§url"), (LAW_NAME, "§law"), (LAW_NUMBER, "§law"), (CLAUSE, "§clause"), (PHONE, "§phone"),
    (CASE_DOCUMENT, "§document"), (MONEY, "§money"), (PERIOD, "§period"), (DATE, "§date"), (HOUR, "§hour"),
    (PERCENT, "§percent"), (re.compile(r"\d[\d.,/-]{0,20}"), "§number"),
)
"""In order: each form and the sign that stands for it when words are counted."""


def masked(text: str) -> str:
    """``text`` (of a view) with legal citations blanked, letter for letter: a law's number and date are nobody's
    result."""
    for pattern in LAWS:
        text = pattern.sub(lambda m: " " * len(m.group()), text)
    return text
