from .goods import DocumentKind, GoodsPolicy, PaymentCode, SellerDocument
from .images import ProductImage, ShopImage, ShopRendition
from .listings import Listing
from .packs import NetUnit, Pack, Stock
from .places import Commune, CommuneKind, CommuneList, FormerProvince, Province
from .producers import FormerProducerSlug, LegalForm, OcopType, Producer
from .product_sets import Industry, ProductSet
from .products import FormerProductSlug, Product, QualityCertificate
from .search import SearchChange, SearchWord

__all__ = [
    "Commune",
    "CommuneKind",
    "CommuneList",
    "DocumentKind",
    "FormerProducerSlug",
    "FormerProductSlug",
    "FormerProvince",
    "GoodsPolicy",
    "Industry",
    "LegalForm",
    "Listing",
    "NetUnit",
    "OcopType",
    "Pack",
    "PaymentCode",
    "Producer",
    "Product",
    "ProductImage",
    "ProductSet",
    "Province",
    "QualityCertificate",
    "SearchChange",
    "SearchWord",
    "SellerDocument",
    "ShopImage",
    "ShopRendition",
    "Stock",
]
