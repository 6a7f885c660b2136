import Reports
import Testing

@Suite struct LaTeXTests {
  /// Every sign that means something to LaTeX, and those that its fonts lack.
  @Test func signs() {
    let table = LaTeXText.table(
      ["a_b", "50 %"],
      [["x & y # {z} $ ~ ^ \\ \"q\"", "−1 ± 2\n0.1 … 0.2"], ["λ < |ρ| ≤ ‖ΔW‖", "† – √"]],
      wordColumns: [])
    #expect(
      table == ##"""
        \begin{tabular}{lr}
        \toprule
        a\_b & 50 \% \\
        \midrule
        x \& y \# \{z\} \$ \textasciitilde{} \textasciicircum{} \textbackslash{} \textquotedbl{}q\textquotedbl{} & $-$1 $\pm$ 2 (0.1 \ldots{} 0.2) \\
        $\lambda$ $<$ $|$$\rho$$|$ $\le$ $\|$$\Delta$W$\|$ & \dag{} -- $\surd$ \\
        \bottomrule
        \end{tabular}
        """##)
    #expect(LaTeXText.comment("one\ntwo") == "% one\n% two")
    #expect(LaTeXText.table(["m", "words", "n"], [], wordColumns: [1]).contains("{llr}"))
  }
}
