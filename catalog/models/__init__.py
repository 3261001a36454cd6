from .images import ProductImage, ShopImage, ShopRendition
from .listings import Listing
from .packs import NetUnit, Pack, Stock
from .places import Commune, FormerProvince, Province
from .producers import FormerProducerSlug, LegalForm, OcopType, Producer
from .product_sets import Industry, ProductSet
from .products import FormerProductSlug, Product, QualityCertificate

__all__ = [
    "Commune",
    "FormerProducerSlug",
    "FormerProductSlug",
    "FormerProvince",
    "Industry",
    "LegalForm",
    "Listing",
    "NetUnit",
    "OcopType",
    "Pack",
    "Producer",
    "Product",
    "ProductImage",
    "ProductSet",
    "Province",
    "QualityCertificate",
    "ShopImage",
    "ShopRendition",
    "Stock",
]
