"""The tiers of the agency tree after 1 July 2025, when the district level ended."""

from enum import StrEnum


class Tier(StrEnum):
    """Where an agency stands. VERTICAL agencies (insurance, tax, police) are not under the province: time
    limits given to them are requests."""

    PROVINCE_CHAIRMAN = "province_chairman"
    PROVINCE_OFFICE = "province_office"
    DEPARTMENT = "department"
    PROVINCE_SERVICE_CENTRE = "province_service_centre"
    COMMUNE = "commune"
    COMMUNE_SERVICE_CENTRE = "commune_service_centre"
    VERTICAL = "vertical"
    CENTRAL = "central"
    FORMER_DISTRICT = "former_district"
    HISTORICAL = "historical"
