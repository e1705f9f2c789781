"""Texts that no threshold and no list of words was chosen by: keep it so, and write new ones to measure a change."""

from __future__ import annotations

TEXTS: dict[str, list[str]] = {
    "fr": [
        "Au marché, le fromager m'a réservé une tomme bien affinée.",
        "Nous étions déjà trempés quand l'orage éclata enfin.",
    ],
    "de": [
        "Auf dem Wochenmarkt gab es frühe Möhren und mürbes Gebäck.",
        "Kurz danach stürzte der Kirschbaum über den Zaun.",
    ],
    "es": [
        "En el mercado había albaricoques y pan recién hecho.",
        "Después la tormenta arrancó el tejado del almacén.",
    ],
    "pt": [
        "Na feira havia pêssegos, pão fresco e azeitonas.",
        "Depois a trovoada levou o telhado do armazém.",
    ],
    "it": [
        "Al mercato c'erano albicocche e pane già affettato.",
        "Il temporale scoperchiò la metà dei tetti, perciò restammo lì.",
    ],
    "da": [
        "På torvet solgte de friske jordbær og rugbrød.",
        "Bagefter væltede stormen det gamle pæretræ.",
    ],
    "is": [
        "Á markaðnum fengust jarðarber og nýbakað brauð.",
        "Seinna um daginn skall á óveður með þrumum.",
    ],
    "pl": [
        "Na targu sprzedawano świeże śliwki i żytni chleb.",
        "Później burza zerwała dach ze stodoły sąsiada.",
    ],
    "sk": [
        "Na trhu predávali čerstvé slivky a ražný chlieb.",
        "Potom búrka zhodila strechu zo susedovej stodoly.",
    ],
    "ro": [
        "La piaţă se vindeau prune proaspete şi pâine de secară.",
        "După aceea furtuna a luat acoperişul şurii.",
    ],
    "sl": [
        "Na tržnici so prodajali sveže slive in rženi kruh.",
        "Potem je nevihta odnesla streho s sosedove šupe.",
    ],
    "ru": [
        "На рынке продавали свежие сливы и ржаной хлеб.",
        "Потом гроза сорвала крышу с соседского сарая.",
    ],
    "be": [
        "На рынку прадавалі свежыя слівы і жытні хлеб.",
        "Потым навальніца сарвала дах з суседскага хлява.",
    ],
    "sr": [
        "На пијаци су продавали свеже шљиве и ражани хлеб.",
        "После је олуја однела кров са комшијине шупе.",
    ],
    "el": [
        "Στην αγορά πουλούσαν φρέσκα δαμάσκηνα και ψωμί σίκαλης.",
        "Ύστερα η καταιγίδα πήρε τη στέγη του γείτονα.",
    ],
    "tr": [
        "Pazarda taze erik ve çavdar ekmeği satıyorlardı.",
        "Sonra fırtına komşunun ahırının çatısını uçurdu.",
    ],
    "he": [
        "בשוק מכרו שזיפים טריים ולחם שיפון.",
        "אחר כך הסופה העיפה את גג האסם של השכן.",
    ],
    "ar": [
        "باعوا في السوق برقوقا طازجا وخبز الشعير.",
        "ثم اقتلعت العاصفة سقف حظيرة الجار.",
    ],
    "lt": [
        "Turguje pardavė šviežias slyvas ir ruginę duoną.",
        "Paskui audra nunešė kaimyno daržinės stogą.",
    ],
    "et": [
        "Turul müüdi värskeid ploome ja rukkileiba.",
        "Pärast viis torm naabri küüni katuse minema.",
    ],
    "th": [
        "ที่ตลาดมีลูกพลัมสดและขนมปังขาย",
        "หลังจากนั้นพายุพัดหลังคาโรงนาของเพื่อนบ้านปลิวไป",
    ],
    "zh-hans": [
        "集市上有人卖新鲜的李子和黑麦面包。",
        "后来暴风雨掀掉了邻居谷仓的屋顶。",
    ],
    "zh-hant": [
        "集市上有人賣新鮮的李子和黑麥麵包。",
        "後來暴風雨掀掉了鄰居穀倉的屋頂。",
    ],
    "ja": [
        "市場では新鮮なスモモとライ麦パンを売っていた。",
        "そのあと嵐が隣の納屋の屋根を飛ばした。",
    ],
    "ko": [
        "시장에서는 신선한 자두와 호밀빵을 팔았다.",
        "그 뒤에 폭풍이 이웃 헛간의 지붕을 날려 버렸다.",
    ],
}
