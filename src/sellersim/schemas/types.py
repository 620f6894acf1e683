"""The product types that the simulator knows: one for each category of the old product feed, and some that its shop sells.

A row: name, what people call it, the old category elements it stands for (the first type that names an element is the
one that an MWS product of that category gets), keywords that find it, attributes of its own (named like the old
elements) as `name:kind`, `!` where one is required, and variation themes. Attributes are the simulator's own choice.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class ProductType:
    """One product type."""

    name: str
    display: str
    elements: tuple[str, ...]
    keywords: tuple[str, ...]
    own: Mapping[str, str]
    required: tuple[str, ...]
    themes: tuple[str, ...]


def _row(
    name: str, display: str, elements: str, keywords: str, own: str, themes: str, *, branded: bool = True
) -> ProductType:
    pairs = [word.partition(":")[::2] for word in own.split()]
    marked = tuple(attribute for attribute, kind in pairs if kind.endswith("!"))
    return ProductType(
        name=name,
        display=display,
        elements=tuple(elements.split()),
        keywords=tuple(keywords.split(",")),
        own={attribute: kind.rstrip("!") for attribute, kind in pairs},
        required=("item_name", *(("brand",) if branded else ()), *marked),
        themes=tuple(themes.split()),
    )


_ROWS: Final = (
    _row(
        "AUTO_ACCESSORY",
        "Auto Accessory",
        "AutoAccessory",
        "auto,car,vehicle,seat",
        "model_year:whole season:text viscosity:text volume:volume voltage:whole wattage:whole item_shape:text "
        "oe_manufacturer:text manufacturer_warranty_description:long compatible_with_vehicle_type:texts "
        "auto_part_position:text water_resistance_level:text",
        "COLOR SIZE SIZE/COLOR",
    ),
    _row(
        "BEAUTY",
        "Beauty",
        "Beauty",
        "beauty,cosmetics,soap,cream",
        "scent:text capacity:volume skin_type:texts skin_tone:texts hair_type:texts ingredients:long indications:long "
        "directions:long warnings:long item_form:text target_gender:text is_expiration_dated_product:truth",
        "COLOR SCENT SIZE",
    ),
    _row(
        "ABIS_BOOK",
        "Book",
        "Books",
        "book,books,novel,paperback",
        "author:texts binding:text! edition:text editor:text illustrator:text language:text publication_date:moment "
        "number_of_pages:whole subject:texts series_number:whole volume:text translator:text",
        "FORMAT",
        branded=False,
    ),
    _row(
        "CAMERA_DIGITAL",
        "Digital Camera",
        "CameraPhoto",
        "camera,photo,digital camera",
        "camera_type:text features:texts min_focal_length:length max_focal_length:length image_stabilization:text "
        "viewfinder:text water_resistance_level:text battery_type:text remote_included:truth flash_type:text "
        "wireless_technology:texts",
        "COLOR",
    ),
    _row(
        "CELLULAR_PHONE",
        "Cellular Phone",
        "Wireless",
        "phone,cellular,mobile,smartphone,wireless",
        "additional_features:texts talk_time:time standby_time:time charging_time:time battery_power:energy solar:truth "
        "antenna_type:text compatible_phone_models:texts manufacturer_name:text headset_style:text",
        "COLOR SIZE COLOR/SIZE",
    ),
    _row(
        "SHIRT",
        "Shirt",
        "Clothing ClothingAccessories",
        "clothing,shirt,tee,apparel",
        "clothing_type:text department:text! style_keywords:texts special_size_type:text material_composition:text "
        "outer_material:text inner_material:text care_instructions:texts season:text collar_type:text sleeve_type:text "
        "neck_style:text fit_type:text pattern_style:text fabric_type:text country_as_labeled:text",
        "SIZE/COLOR SIZE COLOR",
    ),
    _row(
        "LUGGAGE",
        "Luggage",
        "Luggage",
        "luggage,suitcase,trolley,bag",
        "special_features:texts material_type:texts closure_type:text shell_type:text number_of_wheels:whole "
        "wheel_type:text lock_type:text number_of_compartments:whole handle_type:text is_stain_resistant:truth "
        "maximum_circumference:length care_instructions:texts",
        "COLOR SIZE SIZE/COLOR",
    ),
    _row(
        "NOTEBOOK_COMPUTER",
        "Notebook Computer",
        "Computers",
        "computer,notebook,laptop",
        "hard_drive_size:memory operating_system:text! processor_brand:text processor_speed:frequency ram_size:memory "
        "screen_size:length cable_length:length connector_type:text number_of_ports:whole communication_interface:texts "
        "additional_features:texts",
        "COLOR",
    ),
    _row(
        "HEADPHONES",
        "Headphones",
        "CE",
        "electronics,headphones,audio,headset",
        "cable_length:length wireless_technology:texts power_source:text finish_type:text voltage:whole "
        "screen_size:length max_weight_capacity:weight box_contents:texts shape:text battery_power:energy "
        "speaker_maximum_input_power:power",
        "COLOR",
    ),
    _row(
        "COLLECTIBLES",
        "Collectibles",
        "EntertainmentCollectibles",
        "collectible,memorabilia,poster",
        "actor:texts artist:texts authenticated_by:text! collectible_type:text condition_provided_by:text event_name:text "
        "genre:text grade_rating:text limited_edition_quantity:whole number_of_pieces:whole signed_by:texts year:whole",
        "SIZE",
    ),
    _row(
        "GROCERY",
        "Grocery",
        "FoodAndBeverages Gourmet",
        "grocery,food,coffee,tea",
        "flavor:text country_produced_in:text ingredients:long! nutritional_facts:long kosher_certification:text "
        "organic_certification:text item_specialty:text caffeine_content:text warnings:long is_perishable:truth "
        "storage_instructions:long directions:long container_type:text allergen_information:texts",
        "FLAVOR SIZE",
    ),
    _row(
        "HEALTH_PERSONAL_CARE",
        "Health and Personal Care",
        "Health",
        "health,personal care,vitamin",
        "flavor:text scent:text indications:long ingredients:long directions:long warnings:long item_form:text "
        "material_type:texts special_features:texts target_gender:text is_expiration_dated_product:truth count:whole",
        "FLAVOR SIZE COLOR",
    ),
    _row(
        "LIGHT_BULB",
        "Light Bulb",
        "HomeImprovement",
        "hardware,bulb,home improvement",
        "bulb_type:text voltage:number wattage:power base_diameter:length efficiency:text power_source:text "
        "switch_type:text handle_material:text inside_diameter:length outside_diameter:length number_of_blades:whole "
        "manufacturer_warranty_description:long",
        "COLOR SIZE",
    ),
    _row(
        "LAB_SUPPLY",
        "Laboratory Supply",
        "LabSupplies",
        "lab,laboratory,pipette",
        "capacity:volume cap_type:text chamber_volume:volume item_shape:text item_thickness:length item_volume:volume "
        "material_type:texts number_of_channels:whole number_of_wells:whole outside_diameter:length product_grade:text "
        "operating_pressure:pressure",
        "SIZE",
    ),
    _row(
        "MECHANICAL_COMPONENTS",
        "Mechanical Components",
        "PowerTransmission",
        "bearing,belt,gear,spring",
        "active_coils:whole belt_width:length bore_diameter:length face_width:length hub_diameter:length "
        "item_pitch:length item_thickness:length material_type:texts number_of_bands:whole number_of_grooves:whole "
        "number_of_teeth:whole outer_ring_width:length wire_diameter:length",
        "SIZE",
    ),
    _row(
        "RAW_MATERIALS",
        "Raw Materials",
        "RawMaterials",
        "raw material,metal,plastic,rod",
        "material_type:texts! measurement_system:text ball_type:text backing_type:text corner_style:text "
        "exterior_finish:text grade_rating:text hole_count:whole item_shape:text item_thickness:length "
        "item_diameter:length item_temper:text wall_thickness:length",
        "SIZE MATERIAL",
    ),
    _row(
        "EARRING",
        "Earring",
        "Jewelry",
        "jewelry,earring,pearl",
        "metal_type:text metal_stamp:text setting_type:text gem_type:text clasp_type:text number_of_stones:whole "
        "stone_cut:text stone_color:text stone_clarity:text stone_shape:text department_name:text resale_type:text "
        "item_shape:text",
        "METAL_TYPE SIZE",
    ),
    _row(
        "LIGHT_FIXTURE",
        "Light Fixture",
        "Lighting",
        "lamp,lighting,fixture",
        "bulb_type:text voltage:voltage wattage:number shade_material:text shade_color:text power_source:text "
        "number_of_light_sources:whole number_of_lights:whole bulb_life_span:time warranty_type:text item_shape:text "
        "manufacturer_warranty_description:long finish_type:text mounting_type:text",
        "COLOR SIZE",
    ),
    _row(
        "MISC_PRODUCT",
        "Miscellaneous Product",
        "Miscellaneous",
        "miscellaneous,gift,other",
        "product_category:text product_subcategory:text keywords:texts event_date:moment",
        "COLOR SIZE",
    ),
    _row(
        "KEYBOARD_INSTRUMENTS",
        "Keyboard Instruments",
        "MusicalInstruments",
        "instrument,keyboard,piano,music instrument",
        "number_of_keyboard_keys:whole key_action:text power_source:text target_gender:text material_type:texts "
        "instrument_key:text proficiency_level:text number_of_channels:whole connector_type:text musical_style:text "
        "warranty_description:long region_of_origin:text",
        "COLOR SIZE",
    ),
    _row(
        "ABIS_MUSIC",
        "Music",
        "Music",
        "music,cd,vinyl,album",
        "media_type:texts! artist:texts composer:texts conductor:texts publisher:text genre:text run_time:whole "
        "original_publication_date:moment publication_date:moment number_of_discs:whole format:texts language:texts",
        "FORMAT",
        branded=False,
    ),
    _row(
        "OFFICE_PRODUCTS",
        "Office Products",
        "Office",
        "office,paper,pen,stationery",
        "ink_color:texts material_type:texts item_shape:text ruling_type:text point_type:text paper_finish:text "
        "number_of_holes:whole cover_material:text binding:text power_source:text closure_type:text "
        "warranty_description:long",
        "COLOR SIZE",
    ),
    _row(
        "OUTDOOR_RECREATION_PRODUCT",
        "Outdoor Recreation Product",
        "Outdoors",
        "outdoor,camping,tent",
        "sport_type:text department:text seasons:texts material_type:texts occupancy:text number_of_doors:whole "
        "number_of_poles:whole floor_length:length floor_width:length frame_material_type:text fill_material_type:text "
        "maximum_weight_recommendation:weight special_features:texts",
        "SIZE COLOR SIZE/COLOR",
    ),
    _row(
        "PET_SUPPLIES",
        "Pet Supplies",
        "PetSupplies",
        "pet,dog,cat,leash",
        "pet_type:texts pet_life_stage:text flavor:text ingredients:long directions:long material_composition:text "
        "closure_type:text maximum_neck_size:length minimum_neck_size:length outer_material_type:text "
        "product_feature:texts scent_name:text",
        "COLOR SIZE FLAVOR",
    ),
    _row(
        "SHOES",
        "Shoes",
        "Shoes",
        "shoes,boot,sandal,handbag,sunglasses",
        "clothing_type:text department:text! shoe_closure_type:text heel_height:length heel_type:text "
        "inner_material:text outer_material_type:text sole_material:text toe_shape:text shaft_height:length "
        "material_composition:text care_instructions:texts strap_type:text season:text",
        "SIZE/COLOR SIZE COLOR",
    ),
    _row(
        "PHYSICAL_SOFTWARE",
        "Software",
        "SoftwareVideoGames",
        "software,video game,game",
        "operating_system:texts media_format:texts software_video_games_genre:text esrb_rating:text "
        "hardware_platform:texts system_requirements:long application_version:text number_of_licenses:whole "
        "max_number_of_players:whole online_play:truth publisher:text",
        "HARDWARE_PLATFORM",
    ),
    _row(
        "SPORTING_GOODS",
        "Sporting Goods",
        "Sports",
        "sport,ball,fitness",
        "age_gender_category:text department:text diameter:length grip_size:text grip_type:text hand:text height:length "
        "length:length model_year:whole season:text shape:text volume:volume weight_supported:weight "
        "material_composition:text",
        "SIZE COLOR SIZE/COLOR",
    ),
    _row(
        "SPORTS_MEMORABILIA",
        "Sports Memorabilia",
        "SportsMemorabilia",
        "memorabilia,sports collectible,trading card",
        "authenticated_by:text! condition_provided_by:text condition_rating:text autographed:truth event_name:text "
        "game_used:text league_name:text player_name:texts season:text signed_by:texts sport:texts team_name:text "
        "uniform_number:whole year:whole",
        "SIZE",
    ),
    _row(
        "TIRE",
        "Tire",
        "TiresAndWheels",
        "tire,tyre,wheel",
        "construction_type:text load_index:whole speed_rating:text utqg_rating:text rim_diameter:length "
        "section_width:length tread_depth:length tire_type:text seasons:texts vehicle_service_type:text "
        "model_year:whole number_of_holes:whole",
        "SIZE",
    ),
    _row(
        "TOOLS",
        "Tools",
        "Tools",
        "tool,wrench,tape measure",
        "grit_rating:whole horsepower:number style_name:text finish_types:text diameter:length length:length width:length "
        "height:length weight:weight power_source:text wattage:whole voltage:whole number_of_items_in_package:whole",
        "SIZE STYLE",
    ),
    _row(
        "TOYS_AND_GAMES",
        "Toys and Games",
        "Toys ToysBaby",
        "toy,game,puzzle,blocks",
        "minimum_manufacturer_age_recommended:time maximum_manufacturer_age_recommended:time "
        "number_of_pieces:whole number_of_players:text edition:text is_assembly_required:truth "
        "material_type:texts educational_objective:texts target_gender:text animal_type:text skill_level:text "
        "subject_character:texts manufacturer_safety_warning:long genre:text",
        "COLOR SIZE STYLE",
    ),
    _row("DRINKING_CUP", "Drinking Cup", "", "mug,cup", "capacity:volume material_type:texts", "COLOR SIZE/COLOR"),
    _row(
        "CHARGING_ADAPTER",
        "Charging Adapter",
        "",
        "charger,cable",
        "cable_length:length wattage:whole voltage:whole",
        "COLOR",
    ),
    _row(
        "CELLULAR_PHONE_CASE", "Cellular Phone Case", "", "phone case,cover", "compatible_phone_models:texts", "COLOR"
    ),
)

TYPES: Final[Mapping[str, ProductType]] = {row.name: row for row in _ROWS}
#: Old category element -> the product type that its products get.
BY_ELEMENT: Final[Mapping[str, str]] = {element: row.name for row in reversed(_ROWS) for element in row.elements}
