from .images import ProductImage, ShopImage, ShopRendition
from .listings import Listing
from .packs import NetUnit, Pack, Stock
from .places import Commune, FormerProvince, Province
from .producers import FormerProducerSlug, LegalForm, OcopType, Producer
from .product_sets import Industry, ProductSet
from .products import FormerProductSlug, Product, QualityCertificate
from .search import SearchChange, SearchWord

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
    "SearchChange",
    "SearchWord",
    "ShopImage",
    "ShopRendition",
    "Stock",
]
