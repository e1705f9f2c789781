"""Words that stand before a colon in prose without being anybody's name, and the roles that people are called by.

Compared without case and numbers. A list cannot be complete: what is missing costs a question to the creator, never
somebody else's words. Knows nothing about lines.
"""

from __future__ import annotations

_EN = """
abstract action actions address advice after aim also alternative alternatively amount answers appendix area argument article
assembly author avoid back background basics battery before benefit benefits best bonus book books bottom breakfast brief buy case
caution cause causes caveat challenge change changed channel chapter check checklist chorus class clean code color colour
comment comments conclusion cons context cook cooking copyright correction cost costs course credit credits cut date day days dd
deadline definition degree details diet difficulty dinner disclaimer disclosure distance do don't dont dose downside
drill drink duration easy edit edited effect email end episode equipment error example examples exception exercise
exercises extra fact facts false faq fear feature features figure file fill final first fix fixed focus food for format fourth
from front fun further garnish general genre glaze goal goals good habit hack hard hashtags heading height hint hints history homework
how hour idea ideas image important info ingredient ingredients input inspiration instruction instructions intro introduction
issue issues item items key keyword keywords kit lead learn left length lesson lessons level lie limit link links list listen
location loss lunch main makes making material materials max meaning meanwhile medium method methods min minute minutes mistake
mistakes model money month mood moral morning motto music myth myths name need needed needs next night no not note notes number
numbers option options order other outcome outro output overview p.p.s p.s page pairing part parts pattern people
perk phase photo photos picture place plan plot point points post power practice prep preparation price prices principle pro problem
problems procedure process product profit project promise proof pros proverb ps pps purpose question questions quick quote quotes
rating reality reason reasons recap recipe recommendation reference references related reminder remember requirement
requirements resource resources rest result results reverse review reward right risk risks rule rules safety sauce saved scene schedule
score season second secret section see serves serving servings setup shape share short shot show side sides sign signs size skill
slide snack solution solutions song source sources spec specs spoiler stage start stat status step steps stop storage story strategy
strength strengths structure stuff style subject subtitle success suggestion sum summary supplies support symptom symptoms table tag tags
takeaway takeaways task tasks term terms test text thanks that the theme theory therefore thing things third this thought
thoughts time tip tips title tldr tl;dr to today todo tomorrow tool tools top topic topping total track translation trick tricks
trigger true truth try tuesday type uk unit units up update updated upside us usage usb use used uses using value variant variation
variations verse version via video view vs warning watch water way ways weakness weaknesses weather web website week weeks weight
what when where which who why wind work workaround works worst year years yesterday yield yields yes url id ip api pdf cpu gpu ram
monday wednesday thursday friday saturday sunday january february march april may june july august september october november
december spring summer autumn fall winter evening afternoon noon hardware software keywords bridge refrain hook noted ok nb fyi re
fwd cc bcc sent attachments subject pro-tip protip heads-up side-note spoilers hypothesis observation conclusion limitation
limitations method discussion acknowledgements acknowledgments bibliography further-reading dough filling crust marinade dressing
batter frosting topping syrup broth stock salad soup main dessert starter drinks sleep calories protein carbs fat fats energy salt
sugar flour temperature oven heat speed pace reps sets rest warm-up warmup cool-down cooldown stretch stretching front-matter
license licence install installation usage dependencies prerequisites configuration changelog features license build deploy
added fixed removed deprecated improved security breaking returns return event events stability extends type types default defaults operator commits commit parsing parse class function
param params parameter parameters arguments throws deprecated since on in at with if by of as and or but so because while until via per about into
over under requires required related module modules added_in files compatibility browser platform windows linux macos info warn debug trace fatal critical notice verbose error http https ftp mailto localhost
"""
_EUROPEAN = """
achtung anmerkung anleitung antwortzeit aufgabe beispiel beispiele datum dauer einleitung ergebnis fazit fehler frage-zeit grund gründe
hinweis hinweise idee info kosten kapitel lösung material nachteil nachteile nachtrag problem quelle quellen rezept schritt schritte
tag teil thema tipp tipps titel übung überschrift update vorteil vorteile warnung wichtig woche zeit ziel ziele zubehör zubereitung
zusammenfassung zutaten merke montag dienstag mittwoch donnerstag freitag samstag sonntag
astuce astuces attention avantages but chapitre conclusion conseil conseils coût date durée erreur étape étapes exemple exemples
important inconvénients ingrédients leçon lieu matériel méthode morale note objectif partie préparation prix problème rappel
remarque recette résultat résumé solution source sujet titre lundi mardi mercredi jeudi vendredi samedi dimanche
advertencia apartado atención beneficios capítulo causa conclusión consejo consejos coste desventajas día dificultad ejemplo ejemplos error
fecha fuente importante ingredientes instrucciones lección lugar materiales método moraleja nota objetivo parte paso pasos precio
preparación problema recomendación receta resultado resumen solución tema tiempo título ventajas lunes martes miércoles jueves
viernes sábado domingo
aviso capítulo conclusão conselho dica dicas exemplo fonte ingredientes lição modo observação passo passos preparo receita resumo
vantagens desvantagens consiglio consigli capitolo conclusione esempio fonte ingredienti lezione nota passo preparazione procedimento
riassunto ricetta suggerimento vantaggi svantaggi
внимание важно вывод глава день дата дополнение задача заметка ингредиенты источник итог минусы ошибка пример примеры плюсы подсказка
приготовление причина проблема результат рецепт решение совет советы тема цель часть шаг
adım dikkat ders hazırlanışı ipucu malzemeler not örnek önemli sonuç uyarı
krok uwaga wskazówka składniki przykład wniosek let op stap voorbeeld ingrediënten bereiding conclusie
langkah bahan catatan contoh kesimpulan cara tips bước lưu ý nguyên liệu ví dụ
"""
_EAST_ASIAN = """
小贴士 贴士 提示 提醒 注意 注 注释 备注 步骤 材料 用料 做法 方法 工具 总结 小结 结论 结果 原因 目的 目标 背景 例子 例如 比如 举例 优点 缺点 好处 坏处
时间 地点 日期 标题 主题 内容 来源 出处 链接 参考 参考资料 参考文献 更新 补充 说明 警告 重点 要点 关键 关键词 问题 答案 解决 解决办法 解决方案 建议 心得
感想 后记 前言 序言 简介 引言 正文 附录 目录 第一 第二 第三 第四 第五 首先 其次 然后 最后 另外 此外 同时 价格 费用 成本 尺寸 规格 重量 颜色 型号 产品 作者 译者
编辑 摄影 文案 设计 天气 心情 早餐 午餐 晚餐 早上 中午 下午 晚上 周一 周二 周三 周四 周五 周六 周日 星期一 星期二 星期三 星期四 星期五 星期六 星期日 今天 昨天 明天 如下
配料 调料 腌料 酱料 主料 辅料 份量 难度 温度 定义 公式 定理 证明 推论 案例 案例一 案例二 误区 真相 事实 谣言 版权 声明 免责声明 温馨提示 划重点 敲黑板 彩蛋 番外 副歌
作词 作曲 编曲 演唱 歌手 专辑 混音 监制 制作人 作詞 編曲 提醒 備註 步驟 總結 結論 結果 原因 時間 地點 標題 主題 來源 參考 說明 重點 問題 建議 優點 缺點 材料 做法
材料 作り方 手順 ポイント コツ 注意 注意点 メモ 例 まとめ 結論 理由 目的 時間 場所 日時 タイトル 出典 参考 追記 補足 重要 準備 道具 メリット デメリット 条件 歌詞
재료 만드는법 방법 팁 주의 참고 예 예시 결론 이유 목적 시간 장소 날짜 제목 출처 준비물 순서 장점 단점 요약 결과
"""
HEADINGS = frozenset(word for part in (_EN, _EUROPEAN, _EAST_ASIAN) for word in part.split())

_ROLES = """
q a qu ans question answer frage antwort pregunta respuesta pergunta resposta domanda risposta вопрос ответ 问
答 問 q&a 질문 답 답변 質問 答え speaker interviewer interviewee host cohost co-host guest moderator presenter narrator
reporter journalist anchor caller audience operator announcer panelist attendee participant voice man woman
boy girl child student teacher user assistant you me bot human ai system customer agent client therapist
patient doctor counsel witness court judge clerk counsellor prosecutor petitioner respondent plaintiff
defendant mr mrs ms all both everyone crowd unidentified unknown chatgpt claude gpt gemini copilot sprecher
sprecherin moderatorin interviewerin gast ich publikum locuteur locutrice intervieweur invité invitée
animateur animatrice moi entrevistador entrevistadora entrevistado invitado invitada presentador presentadora
hablante yo apresentador convidado falante eu intervistatore intervistatrice ospite conduttore relatore io
ведущий ведущая гость спикер я интервьюер 主持人 主持 嘉宾 嘉賓 记者 記者 观众 觀眾 旁白 采访者 受访者 提问者 提问 回答 发言人 说话人 說話人 讲话人 我 他 她
网友 粉丝 客服 客户 用户 助手 老师 學生 学生 医生 患者 律师 法官 众人 男 女 男声 女声 主播 弹幕 司会 司会者 話者 ゲスト 記者 インタビュアー ナレーター 観客 聴衆 僕 私 화자 진행자 사회자
게스트 기자 나 مقدم المذيع الضيف ضيف سؤال جواب س ج אני מנחה שאלה תשובה ผู้ดำเนินรายการ ผู้สัมภาษณ์ แขกรับเชิญ ถาม
ตอบ
"""
#: People named by what they do in a talk; each of these alone is a speaker where it comes back.
ROLES = frozenset(_ROLES.split())
#: Roles that say nothing in a list of hints, so that one line is enough.
DIARISED = (
    "speaker",
    "sprecher",
    "locuteur",
    "hablante",
    "falante",
    "spk",
    "发言人",
    "说话人",
    "說話人",
    "讲话人",
    "話者",
    "화자",
    "спикер",
)
