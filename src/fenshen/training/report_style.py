"""The look of the report page: one sheet, both colour schemes, readable on a phone."""

STYLE = """
:root{color-scheme:light dark;--ink:#1d1f23;--soft:#5d6470;--line:#dcdfe4;--card:#fff;--page:#f5f5f2;
--plain:#7b8494;--trained:#0b6e5f;--good:#0b6e5f;--bad:#a4312a}
@media(prefers-color-scheme:dark){:root{--ink:#e8e9eb;--soft:#a3a9b4;--line:#363b44;--card:#1d2026;
--page:#131519;--plain:#8f98a8;--trained:#4cc3ae;--good:#4cc3ae;--bad:#ee8a80}}
*{box-sizing:border-box}body{margin:0;background:var(--page);color:var(--ink);
font:16px/1.5 system-ui,"Noto Sans","Noto Sans SC",sans-serif}
main{max-width:1060px;margin:0 auto;padding:24px 16px 64px}h1{font-size:1.5rem;margin:0 0 4px}
h2{font-size:1.05rem;margin:0 0 8px}small,.soft{color:var(--soft);font-weight:400;font-size:.85rem}
section{background:var(--card);border:1px solid var(--line);border-radius:10px;padding:16px;margin-top:16px}
.two{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,440px),1fr));gap:16px}
.two section{margin-top:0}.two{margin-top:16px}svg{width:100%;height:auto;display:block}
svg text{fill:var(--ink);font-size:13px}svg .axis{fill:var(--soft);font-size:11px}svg .grid{stroke:var(--line)}
.plain circle{fill:var(--plain)}.plain .span{stroke:var(--plain)}.trained circle{fill:var(--trained)}
.trained .span{stroke:var(--trained)}.bound circle{fill:none;stroke:var(--soft)}.bound .span{stroke:var(--soft)}
.span{stroke-width:3;stroke-linecap:round;opacity:.55}.raw{fill:none;stroke:var(--line)}
.floor circle,.ceiling circle{fill:none;stroke:var(--soft);stroke-width:2}.floor .span,.ceiling .span{stroke:var(--soft)}
.curve{fill:none;stroke:var(--trained);stroke-width:2}.wide{overflow-x:auto}
table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}
th,td{text-align:left;padding:6px 10px;border-bottom:1px solid var(--line);vertical-align:top}
th{font-weight:600;font-size:.85rem}.verdict{border-left:6px solid var(--good)}
.verdict.not{border-left-color:var(--bad)}ul{margin:8px 0 0;padding-left:20px}dl{margin:0}
@media(max-width:760px){.levels thead{display:none}.levels tr{display:block;border-bottom:1px solid var(--line);
padding:8px 0}.levels th,.levels td{display:flex;justify-content:space-between;gap:16px;border:0;padding:3px 0}
.levels th{display:block}.levels td:empty{display:none}.levels td::before{content:attr(data-name);color:var(--soft)}
.levels td span{text-align:right}}
dt{font-weight:600;margin-top:10px}dd{margin:2px 0 0;white-space:pre-wrap;overflow-wrap:anywhere}
"""
