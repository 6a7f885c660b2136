/// How reports look: one style sheet for pages and for drawings on their own.
///
/// The colours of lines are Okabe and Ito's, which readers with any colour vision tell apart
/// (https://jfly.uni-koeln.de/color); those of the dark page are their lighter ones.
enum Style {
  /// How many colours lines have.
  static let colorCount = 6

  /// The style of the drawings.
  static let drawing = """
    :root{--paper:#fff;--card:#f7f8fa;--ink:#1b1f24;--soft:#59636e;--rule:#dde1e6;--shade:#8883;--heat:#0072b2;
    --c0:#0072b2;--c1:#d55e00;--c2:#009e73;--c3:#cc79a7;--c4:#8a6d00;--c5:#3a8fc0}
    @media (prefers-color-scheme:dark){:root{--paper:#14171b;--card:#1c2026;--ink:#e8ebef;
    --soft:#9da7b3;--rule:#343b44;--shade:#0008;--heat:#56b4e9;--c0:#56b4e9;--c1:#ff8c42;--c2:#2fc79a;--c3:#e39ac4;
    --c4:#f0e442;--c5:#a9d8f5}}
    @media print{:root{--paper:#fff;--card:#fff;--ink:#000;--soft:#444;--rule:#ccc;--shade:#0000;--heat:#0072b2;
    --c0:#0072b2;--c1:#d55e00;--c2:#009e73;--c3:#cc79a7;--c4:#8a6d00;--c5:#3a8fc0}}
    svg{font-family:system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif}
    svg text{fill:var(--ink);font-size:11px}
    svg .heading{font-size:13px;font-weight:600}
    svg.small .heading{font-size:11.5px}
    svg .tick{fill:var(--soft)}
    .grid{stroke:var(--rule);stroke-width:1}
    .line{fill:none;stroke-width:2;stroke-linejoin:round;stroke-linecap:round}
    .dashed{stroke-dasharray:5 4}
    .c0{stroke:var(--c0);--own:var(--c0)}.c1{stroke:var(--c1);--own:var(--c1)}
    .c2{stroke:var(--c2);--own:var(--c2)}.c3{stroke:var(--c3);--own:var(--c3)}
    .c4{stroke:var(--c4);--own:var(--c4)}.c5{stroke:var(--c5);--own:var(--c5)}
    .dot,.bar{fill:var(--own);stroke:none}
    .hollow{fill:var(--paper);stroke-width:1.6}.whisker{fill:none;stroke-width:1.2;opacity:.75}
    .band{fill:var(--own);stroke:none;opacity:.16}.zero{stroke:var(--soft);stroke-width:1.4}
    svg .strong{font-weight:600}
    .heat{fill:var(--heat)}.diagonal{fill:var(--rule)}
    .frame{fill:none;stroke:var(--rule)}.cross{stroke:var(--c1)}
    .hit{fill:none;stroke:none;pointer-events:all}.hit:hover{fill:var(--own)}
    """

  /// The style of the page around them.
  static let page = """
    *{box-sizing:border-box}
    body{margin:0;background:var(--paper);color:var(--ink);line-height:1.5;
    font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif}
    main{max-width:1120px;margin:0 auto;padding:40px 24px 72px}
    h1{font-size:2rem;line-height:1.2;margin:0 0 8px;overflow-wrap:anywhere}
    h2{font-size:1.25rem;margin:56px 0 4px}
    .caution{border:2px solid var(--c1);border-radius:10px;padding:10px 14px;font-weight:600}
    p{margin:0 0 16px;max-width:72ch}.soft{color:var(--soft);font-size:.9rem}
    dl{display:flex;flex-wrap:wrap;gap:12px 36px;margin:20px 0 0}
    dt{color:var(--soft);font-size:.8rem}dd{margin:0;font-weight:600;overflow-wrap:anywhere}
    .legend{display:flex;flex-wrap:wrap;gap:8px 24px;margin:12px 0 20px;font-size:.9rem}
    .legend span{display:inline-flex;align-items:center;gap:8px}.legend svg{width:28px;height:10px}
    .curves{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(400px,100%),1fr));gap:20px}
    .curves+.sites{margin-top:20px}
    .curves.thirds{grid-template-columns:repeat(auto-fill,minmax(min(300px,100%),1fr))}
    .sites{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(150px,45%),1fr));gap:20px}
    .curves>div,.sites>div{background:var(--card);border-radius:10px;padding:16px}
    .sites>div{padding:10px}
    .curves svg,.sites svg{display:block;width:100%;height:auto}
    .maps{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(330px,100%),1fr));gap:20px}
    .maps>section{background:var(--card);border-radius:10px;padding:16px}
    h3{font-size:.95rem;margin:0 0 10px}
    .row{display:grid;grid-template-columns:repeat(3,minmax(0,1fr));gap:14px}
    .row figure{margin:0}.row svg{display:block;width:100%;height:auto}
    .row .spectrum{margin-top:8px}
    figcaption{font-size:.75rem;color:var(--soft);margin-top:6px;line-height:1.4;overflow-wrap:anywhere}
    figcaption b{color:var(--ink);font-weight:600}
    .key{display:flex;align-items:center;gap:8px;margin:8px 0 20px;font-size:.85rem;color:var(--soft)}
    .key i{width:120px;height:10px;border:1px solid var(--rule);
    background:linear-gradient(90deg,transparent,var(--heat));
    print-color-adjust:exact}
    .scroll{overflow-x:auto;margin-top:12px;background:
    linear-gradient(90deg,var(--paper) 40%,transparent) local,
    linear-gradient(270deg,var(--paper) 40%,transparent) 100% 0/60px 100% no-repeat local,
    linear-gradient(270deg,var(--shade),transparent) 100% 0/18px 100% no-repeat scroll}
    table{border-collapse:collapse;min-width:min(100%,30rem);font-variant-numeric:tabular-nums;font-size:.92rem}
    th,td{padding:8px 12px;text-align:right;border-bottom:1px solid var(--rule);white-space:nowrap}
    th{color:var(--soft);font-weight:600;font-size:.8rem}
    th:first-child,td:first-child{text-align:left;padding-left:0}
    td small{display:block;color:var(--soft);font-size:.82em}
    th.words,td.words{text-align:left}td.words{white-space:normal;min-width:7em;max-width:34em;
    overflow-wrap:break-word}td.words:last-child{min-width:11em}
    .confusion{min-width:0;font-size:.8rem}.confusion th,.confusion td{padding:3px 6px;text-align:center;
    border:1px solid var(--paper);color:var(--ink);font-weight:400;font-size:.8rem;min-width:2.2em;
    white-space:nowrap}
    .confusion th:first-child{text-align:right;padding-right:8px}
    .confusion thead th{vertical-align:bottom}
    .long thead span{writing-mode:vertical-rl;transform:rotate(180deg);max-height:12em;overflow:hidden}
    .confusion .none{color:var(--soft)}.confusion .right{--own:var(--heat)}.confusion .wrong{--own:var(--c1)}
    .right,.wrong{background:color-mix(in srgb,var(--own) var(--p),transparent);print-color-adjust:exact}
    .d0{--p:6%}.d1{--p:15%}.d2{--p:24%}.d3{--p:33%}.d4{--p:42%}
    .d5{--p:51%}.d6{--p:60%}.d7{--p:69%}.d8{--p:78%}.d9{--p:87%}
    .confusion .d6,.confusion .d7,.confusion .d8,.confusion .d9{color:var(--paper)}
    .wrongs{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(160px,45%),1fr));gap:14px}
    .wrongs figure{margin:0;background:var(--card);border-radius:10px;padding:12px}
    .wrongs img{display:block;width:100%;max-width:136px;height:auto;border-radius:4px}
    .wrongs .coarse{image-rendering:pixelated}
    pre{background:var(--card);border-radius:10px;padding:16px;overflow-x:auto;font-size:.82rem;
    line-height:1.5}
    summary{cursor:pointer;color:var(--soft)}
    ul{padding-left:20px}li{margin:4px 0;overflow-wrap:anywhere}
    @media (max-width:600px){main{padding:24px 16px 48px}h1{font-size:1.6rem}h2{margin-top:40px}
    dl{gap:10px 24px}table{font-size:.82rem}th,td{padding:8px 5px}th{white-space:normal;font-size:.72rem}
    th:first-child,td:first-child{position:sticky;left:0;background:var(--paper);white-space:normal;
    min-width:8em;max-width:10em;overflow-wrap:break-word}
    .confusion th:first-child,.confusion td:first-child{min-width:2em;max-width:8.5em;overflow:hidden;
    text-overflow:ellipsis}}
    @media print{main{max-width:none;padding:0}body{font-size:10pt}h2,h2+p{break-after:avoid}h2{margin-top:28px}
    .curves>div,.sites>div,section,tr,figure{break-inside:avoid}.curves>div,.sites>div,.maps>section,pre{
    border:1px solid var(--rule)}.scroll{overflow:visible;background:none}table{font-size:8pt}
    th,td{white-space:normal;padding:3px 5px}.curves{grid-template-columns:1fr 1fr}
    .sites{grid-template-columns:repeat(4,1fr)}pre{white-space:pre-wrap;overflow-wrap:anywhere}}
    """
}
