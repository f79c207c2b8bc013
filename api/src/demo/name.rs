//! Names that nobody bears: of people, villages and townships.

use super::dice::Dice;

const SURNAMES: &[&str] = &[
    "王", "李", "张", "刘", "陈", "杨", "赵", "黄", "周", "吴", "徐", "孙", "胡", "朱", "高", "林",
    "何", "郭", "马", "罗", "梁", "宋", "郑", "谢", "韩", "唐", "冯", "于", "董", "萧", "程", "曹",
    "袁", "邓", "许", "傅", "沈", "曾", "彭", "吕", "苏", "卢", "蒋", "蔡", "贾", "丁", "魏", "薛",
    "叶", "阎", "余", "潘", "杜", "戴", "夏", "钟", "汪", "田", "任", "姜",
];
const MEN: &[&str] = &[
    "建国", "志强", "文华", "国平", "永福", "根生", "水木", "阿毛", "海涛", "晓东", "立新", "大勇",
    "长林", "金龙", "家明", "德胜", "云飞", "少华", "一鸣", "启明", "松柏", "宏伟", "春生", "秋实",
    "子轩", "浩然", "宇航", "天佑", "思源", "明远",
];
const WOMEN: &[&str] = &[
    "秀英", "桂花", "玉兰", "美珍", "淑芬", "凤仙", "水娟", "彩云", "春梅", "雪琴", "丽华", "爱珍",
    "月娥", "小红", "晓燕", "佳颖", "雨桐", "思琪", "梦洁", "婷婷", "素珍", "银花", "菊香", "兰芳",
    "海燕", "文静", "若兰", "诗涵", "欣怡", "金凤",
];

/// The townships, whose health centres are called after them.
pub const TOWNSHIPS: &[&str] = &[
    "石桥镇",
    "青溪镇",
    "白鹤镇",
    "长岭镇",
    "双塘镇",
    "柳湾镇",
    "云台乡",
    "竹坞乡",
    "枫树镇",
    "沙洲乡",
    "龙潭镇",
    "桃源乡",
    "河口镇",
    "松坪乡",
    "银杏镇",
    "梅林乡",
    "古塔镇",
    "丹霞乡",
    "南屏镇",
];
const VILLAGES: &[&str] = &[
    "上", "下", "大", "小", "前", "后", "东", "西", "新", "老", "高", "石", "金", "清", "杨", "枣",
    "杏", "荷", "鹿", "鹤",
];
const PLACES: &[&str] = &[
    "坞", "岭", "塘", "桥", "畈", "湾", "坪", "溪", "岙", "源", "冲", "渡", "庄", "埠",
];

/// What somebody is called.
#[must_use]
pub fn person(dice: &mut Dice, man: bool) -> String {
    let given = if man { MEN } else { WOMEN };
    format!("{}{}", dice.pick(SURNAMES), dice.pick(given))
}

/// The village of that number; the first 280 are all different.
#[must_use]
pub fn village(number: usize) -> String {
    // 11 and 20 have no common factor, so that neighbours differ in both parts and no pair comes twice.
    let first = VILLAGES[(number * 11 + number / VILLAGES.len()) % VILLAGES.len()];
    let second = PLACES[(number / VILLAGES.len()) % PLACES.len()];
    format!("{first}{second}村")
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn no_two_villages_of_the_district_share_a_name() {
        let villages: HashSet<_> = (0..218).map(village).collect();
        assert_eq!(villages.len(), 218);
    }
}
