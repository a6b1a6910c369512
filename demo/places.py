"""Cities the demo bank may work in, with real district codes (GB/T 2260), by the order in which it opened there."""

from dataclasses import dataclass

import numpy as np

from demo.columns import Ints


@dataclass(frozen=True)
class City:
    """A city with its districts, as code and name, and its weight in the bank's business."""

    name: str
    province: str
    weight: float
    districts: tuple[tuple[int, str], ...]


def _city(name: str, province: str, weight: float, first: int, *districts: tuple[int, str]) -> City:
    return City(name, province, weight, tuple((first * 100 + code, label) for code, label in districts))


CITIES = (
    _city("杭州", "浙江省", 30, 3301, (2, "上城区"), (5, "拱墅区"), (6, "西湖区"), (9, "萧山区")),
    _city("宁波", "浙江省", 18, 3302, (3, "海曙区"), (5, "江北区"), (6, "北仑区"), (12, "鄞州区")),
    _city("绍兴", "浙江省", 9, 3306, (2, "越城区"), (3, "柯桥区"), (4, "上虞区")),
    _city("嘉兴", "浙江省", 8, 3304, (2, "南湖区"), (11, "秀洲区")),
    _city("温州", "浙江省", 9, 3303, (2, "鹿城区"), (3, "龙湾区"), (4, "瓯海区")),
    _city("金华", "浙江省", 7, 3307, (2, "婺城区"), (3, "金东区")),
    _city("台州", "浙江省", 7, 3310, (2, "椒江区"), (3, "黄岩区"), (4, "路桥区")),
    _city("上海", "上海市", 14, 3101, (1, "黄浦区"), (4, "徐汇区"), (10, "杨浦区"), (15, "浦东新区")),
    _city("苏州", "江苏省", 10, 3205, (5, "虎丘区"), (6, "吴中区"), (7, "相城区"), (8, "姑苏区")),
    _city("南京", "江苏省", 9, 3201, (2, "玄武区"), (4, "秦淮区"), (5, "建邺区"), (6, "鼓楼区")),
    _city("无锡", "江苏省", 6, 3202, (11, "滨湖区"), (13, "梁溪区"), (14, "新吴区")),
    _city("常州", "江苏省", 4, 3204, (2, "天宁区"), (4, "钟楼区"), (11, "新北区")),
    _city("合肥", "安徽省", 5, 3401, (2, "瑶海区"), (3, "庐阳区"), (4, "蜀山区"), (11, "包河区")),
    _city("福州", "福建省", 3, 3501, (2, "鼓楼区"), (3, "台江区"), (4, "仓山区")),
    _city("厦门", "福建省", 3, 3502, (3, "思明区"), (6, "湖里区"), (11, "集美区")),
    _city("深圳", "广东省", 6, 4403, (3, "罗湖区"), (4, "福田区"), (5, "南山区"), (6, "宝安区")),
    _city("广州", "广东省", 5, 4401, (3, "荔湾区"), (4, "越秀区"), (5, "海珠区"), (6, "天河区")),
    _city("北京", "北京市", 5, 1101, (1, "东城区"), (2, "西城区"), (5, "朝阳区"), (8, "海淀区")),
    _city("武汉", "湖北省", 4, 4201, (2, "江岸区"), (3, "江汉区"), (6, "武昌区"), (11, "洪山区")),
    _city("长沙", "湖南省", 3, 4301, (2, "芙蓉区"), (3, "天心区"), (4, "岳麓区")),
    _city("成都", "四川省", 4, 5101, (4, "锦江区"), (5, "青羊区"), (7, "武侯区")),
    _city("重庆", "重庆市", 3, 5001, (3, "渝中区"), (5, "江北区"), (12, "渝北区")),
    _city("西安", "陕西省", 3, 6101, (2, "新城区"), (3, "碑林区"), (13, "雁塔区")),
    _city("济南", "山东省", 3, 3701, (2, "历下区"), (3, "市中区"), (4, "槐荫区")),
    _city("青岛", "山东省", 3, 3702, (2, "市南区"), (3, "市北区"), (12, "崂山区")),
)

ROADS = (
    "文一路", "文三路", "解放路", "人民路", "中山路", "建国路", "延安路", "新华路", "和平路", "朝晖路", "凤起路",
    "体育场路", "学院路", "科技园路", "江滨大道", "望江路", "清江路", "丰潭路", "莫干山路", "环城北路", "湖滨路",
    "长江路", "黄河路", "钱江路", "育才路", "文化路", "青年路", "友谊路", "春晓路", "云栖路",
)  # fmt: skip

WEIGHTS = np.array([city.weight for city in CITIES])
_FIRST = np.cumsum([0] + [len(city.districts) for city in CITIES])[:-1]
_COUNT = np.array([len(city.districts) for city in CITIES])
DISTRICT_CODES = np.array([code for city in CITIES for code, _ in city.districts])
DISTRICT_NAMES = tuple(name for city in CITIES for _, name in city.districts)


def city_count(customers: int) -> int:
    """How many cities a bank of this size works in."""
    return int(np.clip(round((customers / 100) ** 0.5), 2, len(CITIES)))


def districts(rng: np.random.Generator, city: Ints) -> Ints:
    """A random district of each city."""
    return _FIRST[city] + np.floor(rng.random(len(city)) * _COUNT[city]).astype(np.int64)
