"""Short texts in many languages, written for these tests, and the encodings each was ever saved in."""

from __future__ import annotations

TEXTS: dict[str, list[str]] = {
    "en": [
        "“It’s only the lid that rattles,” I told the café owner.",
        "We paid £12 for the spring and drove home through the rain.",
        "The crème brûlée was cold – naturally – but nobody complained.",
        "My résumé says I can mend anything; the cupboard disagrees.",
    ],
    "fr": [
        "Hier, j'ai vidé le grenier avec ma sœur et nous avons retrouvé trois théières fêlées.",
        "La première vient de chez notre grand-père, qui réparait tout lui-même.",
        "Il disait qu'un objet cassé n'est jamais vraiment fini, à condition qu'on l'écoute.",
        "Ça m'a coûté deux après-midis, mais voilà : elle ne fuit plus.",
    ],
    "de": [
        "Gestern habe ich im Keller eine alte Nähmaschine gefunden, völlig verölt.",
        "Meine Großmutter hätte sie niemals weggeworfen, sie hätte sie geölt und gelächelt.",
        "Für den Riemen brauchte ich drei Anläufe und einen gebogenen Schraubenschlüssel.",
        "Jetzt näht sie wieder, zwar laut, aber schön gerade.",
    ],
    "es": [
        "Ayer encontré en el desván una máquina de coser que perteneció a mi abuela.",
        "Según mi vecino, no valía la pena arreglarla; según yo, sí.",
        "¿Y qué hice? La desmonté pieza por pieza hasta que entró la luz del mañana.",
        "Ahora cose otra vez, con un ruido de camión pequeño.",
    ],
    "pt": [
        "Ontem encontrei no sótão uma máquina de costura que pertenceu à minha avó.",
        "O vizinho disse que não valia a pena; eu achei que valia, então comecei.",
        "Faltava só uma peça, e a solução estava na caixa de botões.",
        "Agora ela costura outra vez, com barulho de caminhão.",
    ],
    "it": [
        "Ieri ho trovato in soffitta una vecchia macchina da cucire, perché cercavo altro.",
        "Mio nonno diceva che ciò che si è rotto può sempre servire ancora.",
        "Così l'ho smontata tutta e la sera era già più pulita.",
        "Adesso cuce di nuovo, però fa un rumore da città.",
    ],
    "nl": [
        "Gisteren vond ik op zolder een oude naaimachine, geërfd van tante Zoë.",
        "Eén riem was kapot en de olie was helemaal ingedroogd.",
        "Mijn buurman vond het idee maar niets, maar financiële redenen had ik niet.",
        "Nu naait ze weer, al klinkt ze als een tractor uit België.",
    ],
    "sv": [
        "I går hittade jag en gammal symaskin på vinden, full av damm och olja.",
        "Min farfar brukade säga att ingenting är trasigt förrän man ger upp.",
        "Så jag plockade isär den på köksbordet och lät den ligga över natten.",
        "Nu syr den igen, även om den låter som en båt.",
    ],
    "da": [
        "I går fandt jeg en gammel symaskine på loftet, og den var fuld af støv.",
        "Min bedstefar plejede at sige, at intet er ødelagt, før man giver op.",
        "Så jeg skilte den ad på køkkenbordet og lod den ligge natten over.",
        "Nu syr den igen, selv om den lyder som en færge.",
    ],
    "fi": [
        "Eilen löysin ullakolta vanhan ompelukoneen, joka oli täynnä pölyä.",
        "Isoisäni sanoi aina, ettei mikään ole rikki ennen kuin antaa periksi.",
        "Purin sen keittiön pöydälle ja jätin öljyn vaikuttamaan yöksi.",
        "Nyt se ompelee taas, vaikka ääni on kuin traktorilla.",
    ],
    "is": [
        "Í gær fann ég gamla saumavél uppi á lofti og hún var full af ryki.",
        "Afi minn sagði alltaf að ekkert væri ónýtt fyrr en maður gæfist upp.",
        "Ég tók hana í sundur á eldhúsborðinu og lét olíuna vinna yfir nóttina.",
        "Nú saumar hún aftur þótt það heyrist hátt í henni.",
    ],
    "pl": [
        "Wczoraj znalazłem na strychu starą maszynę do szycia, całą w kurzu.",
        "Mój dziadek mówił, że nic nie jest zepsute, dopóki się nie poddasz.",
        "Rozebrałem ją więc na kuchennym stole i zostawiłem olej na noc.",
        "Teraz znowu szyje, choć brzmi jak mały traktor. Żona się śmieje.",
    ],
    "cs": [
        "Včera jsem na půdě našel starý šicí stroj, celý zaprášený.",
        "Můj dědeček říkal, že nic není rozbité, dokud to člověk nevzdá.",
        "Tak jsem ho rozebral na kuchyňském stole a olej nechal přes noc působit.",
        "Teď zase šije, i když zní jako malý traktor. Už mě to baví.",
    ],
    "sk": [
        "Včera som na povale našiel starý šijací stroj, celý zaprášený.",
        "Môj dedko vravel, že nič nie je pokazené, kým sa človek nevzdá.",
        "Tak som ho rozobral na kuchynskom stole a olej nechal cez noc pôsobiť.",
        "Teraz zasa šije, hoci znie ako malý traktor. Už ma to baví.",
    ],
    "hu": [
        "Tegnap a padláson találtam egy régi varrógépet, tele volt porral.",
        "A nagyapám mindig azt mondta, hogy semmi sem romlott el, amíg fel nem adjuk.",
        "Szétszedtem hát a konyhaasztalon, és az olajat éjszakára rajta hagytam.",
        "Most újra varr, bár úgy szól, mint egy kis traktor. Öröm nézni, őszintén.",
    ],
    "ro": [
        "Ieri am găsit în pod o maşină de cusut veche, plină de praf.",
        "Bunicul meu spunea că nimic nu este stricat până când nu renunţi.",
        "Aşa că am desfăcut-o pe masa din bucătărie şi am lăsat uleiul peste noapte.",
        "Acum coase din nou, deşi sună ca un tractor mic.",
    ],
    "hr": [
        "Jučer sam na tavanu našao stari šivaći stroj, pun prašine.",
        "Moj djed je govorio da ništa nije pokvareno dok čovjek ne odustane.",
        "Zato sam ga rastavio na kuhinjskom stolu i ostavio ulje preko noći.",
        "Što sad? Opet šije, iako zvuči kao mali traktor. Već me veseli.",
    ],
    "sl": [
        "Včeraj sem na podstrešju našel star šivalni stroj, poln prahu.",
        "Moj dedek je govoril, da nič ni pokvarjeno, dokler človek ne obupa.",
        "Zato sem ga razstavil na kuhinjski mizi in olje pustil čez noč.",
        "Zdaj spet šiva, čeprav zveni kot majhen traktor. Že me veseli.",
    ],
    "ru": [
        "Вчера я нашёл на чердаке старую швейную машинку, всю в пыли.",
        "Мой дедушка говорил, что ничего не сломано, пока ты не сдался.",
        "Я разобрал её на кухонном столе и оставил масло на ночь.",
        "Теперь она снова шьёт, хотя звучит как маленький трактор.",
    ],
    "uk": [
        "Учора я знайшов на горищі стару швейну машинку, всю в пилюці.",
        "Мій дідусь казав, що нічого не зламано, доки ти не здався.",
        "Я розібрав її на кухонному столі й залишив олію на ніч.",
        "Тепер вона знову шиє, хоча звучить як маленький трактор. Це її голос.",
    ],
    "be": [
        "Учора я знайшоў на гарышчы старую швейную машынку, усю ў пыле.",
        "Мой дзядуля казаў, што нічога не зламана, пакуль ты не здаўся.",
        "Я разабраў яе на кухонным стале і пакінуў алей на ноч.",
        "Цяпер яна зноў шые, хоць гучыць як маленькі трактар.",
    ],
    "bg": [
        "Вчера намерих на тавана стара шевна машина, цялата в прах.",
        "Дядо ми казваше, че нищо не е счупено, докато не се откажеш.",
        "Затова я разглобих на кухненската маса и оставих маслото за през нощта.",
        "Сега пак шие, макар че звучи като малък трактор.",
    ],
    "sr": [
        "Јуче сам на тавану нашао стару шиваћу машину, пуну прашине.",
        "Мој деда је говорио да ништа није покварено док човек не одустане.",
        "Зато сам је раставио на кухињском столу и оставио уље преко ноћи.",
        "Сада опет шије, иако звучи као мали трактор.",
    ],
    "el": [
        "Χθες βρήκα στη σοφίτα μια παλιά ραπτομηχανή, γεμάτη σκόνη.",
        "Ο παππούς μου έλεγε ότι τίποτα δεν είναι χαλασμένο μέχρι να τα παρατήσεις.",
        "Έτσι την έλυσα πάνω στο τραπέζι της κουζίνας και άφησα το λάδι όλη νύχτα.",
        "Τώρα ράβει πάλι, αν και ακούγεται σαν μικρό τρακτέρ.",
    ],
    "tr": [
        "Dün çatı katında eski bir dikiş makinesi buldum, toz içindeydi.",
        "Dedem hep, vazgeçmeden hiçbir şey bozulmuş sayılmaz derdi.",
        "Ben de onu mutfak masasında söktüm ve yağı gece boyunca bıraktım.",
        "Şimdi yine dikiyor, gerçi sesi küçük bir traktör gibi.",
    ],
    "he": [
        "אתמול מצאתי בעליית הגג מכונת תפירה ישנה, כולה מלאה אבק.",
        "סבא שלי תמיד אמר ששום דבר לא שבור עד שמוותרים.",
        "אז פירקתי אותה על שולחן המטבח והשארתי את השמן ללילה.",
        "עכשיו היא שוב תופרת, למרות שהיא נשמעת כמו טרקטור קטן.",
    ],
    "ar": [
        "وجدت أمس في العلية ماكينة خياطة قديمة مليئة بالغبار.",
        "كان جدي يقول إن لا شيء مكسور حتى تستسلم.",
        "لذلك فككتها على طاولة المطبخ وتركت الزيت طوال الليل.",
        "الآن تخيط من جديد، مع أن صوتها يشبه جرارا صغيرا.",
    ],
    "lt": [
        "Vakar palėpėje radau seną siuvimo mašiną, visą apdulkėjusią.",
        "Mano senelis sakydavo, kad niekas nėra sugedę, kol žmogus nepasiduoda.",
        "Todėl išardžiau ją ant virtuvės stalo ir palikau alyvą per naktį.",
        "Dabar ji vėl siuva, nors skamba kaip mažas traktorius.",
    ],
    "lv": [
        "Vakar bēniņos atradu vecu šujmašīnu, pilnu ar putekļiem.",
        "Mans vectēvs mēdza teikt, ka nekas nav salauzts, kamēr cilvēks nepadodas.",
        "Tāpēc izjaucu to uz virtuves galda un atstāju eļļu pa nakti.",
        "Tagad tā atkal šuj, lai gan skan kā mazs traktors.",
    ],
    "et": [
        "Eile leidsin pööningult vana õmblusmasina, mis oli tolmu täis.",
        "Mu vanaisa ütles alati, et miski pole katki enne, kui alla annad.",
        "Nii võtsin selle köögilaual lahti ja jätsin õli ööseks peale.",
        "Nüüd õmbleb see jälle, kuigi kõlab nagu väike traktor.",
    ],
    "th": [
        "เมื่อวานฉันพบจักรเย็บผ้าเก่าบนห้องใต้หลังคา เต็มไปด้วยฝุ่น",
        "คุณปู่ของฉันเคยพูดว่าไม่มีอะไรเสียจนกว่าเราจะยอมแพ้",
        "ฉันจึงแกะมันบนโต๊ะในครัวและทิ้งน้ำมันไว้ทั้งคืน",
        "ตอนนี้มันเย็บได้อีกครั้ง แม้เสียงจะเหมือนรถแทรกเตอร์คันเล็ก",
    ],
    "zh-hans": [
        "昨天我在阁楼上找到一台旧缝纫机，上面全是灰。",
        "我爷爷总说，只要你不放弃，就没有什么东西是真的坏了。",
        "于是我在厨房的桌子上把它拆开，让油浸了一整夜。",
        "现在它又能缝东西了，虽然声音像一台小拖拉机。",
    ],
    "zh-hant": [
        "昨天我在閣樓上找到一臺舊縫紉機，上面全是灰。",
        "我爺爺總說，只要你不放棄，就沒有什麼東西是真的壞了。",
        "於是我在廚房的桌子上把它拆開，讓油浸了一整夜。",
        "現在它又能縫東西了，雖然聲音像一臺小拖拉機。",
    ],
    "ja": [
        "昨日、屋根裏で古いミシンを見つけました。ほこりだらけでした。",
        "祖父はいつも、あきらめるまでは何も壊れていないと言っていました。",
        "そこで台所のテーブルで分解して、一晩油につけておきました。",
        "今はまた縫えます。音は小さなトラクターのようですけれど。",
    ],
    "ko": [
        "어제 다락방에서 먼지투성이의 낡은 재봉틀을 찾았습니다.",
        "할아버지는 포기하기 전까지는 아무것도 고장 난 것이 아니라고 하셨습니다.",
        "그래서 부엌 식탁에서 그것을 분해하고 밤새 기름을 먹였습니다.",
        "이제 다시 바느질을 합니다. 소리는 작은 트랙터 같지만요.",
    ],
    "vi": [
        "Hôm qua tôi tìm thấy một chiếc máy khâu cũ trên gác xép, phủ đầy bụi.",
        "Ông tôi thường nói không có gì hỏng cho đến khi ta bỏ cuộc.",
    ],
    "hi": [
        "कल मुझे अटारी में एक पुरानी सिलाई मशीन मिली, जो धूल से भरी थी।",
        "मेरे दादाजी कहते थे कि जब तक हार न मानो, कुछ भी टूटा नहीं है।",
    ],
}  # fmt: skip

_WEST = ("cp1252", "iso8859_1", "iso8859_15", "mac_roman", "cp850", "cp437")
_MIDDLE = ("cp1250", "iso8859_2", "cp852", "mac_latin2")
_CYRILLIC = ("cp1251", "iso8859_5", "koi8_r", "cp866", "cp855", "mac_cyrillic")
_BALTIC = ("cp1257", "iso8859_13", "iso8859_4", "cp775")
_UNICODE = (
    "utf_8",
    "utf_8_sig",
    "utf_16",
    "utf_16_le",
    "utf_16_be",
    "utf_32",
    "utf_32_le",
    "utf_32_be",
    "utf_7",
)
SAVED_IN: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("en", "fr", "de", "es", "pt", "it", "nl", "sv", "da", "fi", "is"), _WEST),
    **dict.fromkeys(("pl", "cs", "sk", "hu", "ro", "hr", "sl"), _MIDDLE),
    **dict.fromkeys(("ru", "bg", "sr", "be"), _CYRILLIC),
    "uk": (*_CYRILLIC, "koi8_u", "cp1125"),
    "el": ("cp1253", "iso8859_7", "cp737", "cp869", "mac_greek"),
    "tr": ("cp1254", "iso8859_9", "cp857", "mac_turkish"),
    "he": ("cp1255", "iso8859_8", "cp862"),
    "ar": ("cp1256", "iso8859_6", "cp864", "mac_arabic"),
    **dict.fromkeys(("lt", "lv", "et"), _BALTIC),
    "th": ("cp874", "tis_620"),
    "zh-hans": ("gbk", "gb18030", "hz"),
    "zh-hant": ("big5", "big5hkscs", "gb18030"),
    "ja": ("cp932", "euc_jp", "iso2022_jp"),
    "ko": ("cp949", "johab", "iso2022_kr"),
    "vi": (),
    "hi": (),
}  # fmt: skip
SAVED_IN = {language: (*own, *_UNICODE) for language, own in SAVED_IN.items()}
