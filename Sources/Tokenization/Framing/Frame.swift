/// The tokens that are put around one or two texts.
struct Frame: Sendable {
  /// A part of what comes out.
  enum Slot: Sendable {
    /// These tokens, left out where special tokens are not wanted.
    case special([Int], type: Int)
    /// The first text.
    case first(type: Int)
    /// The second text.
    case second(type: Int)
  }

  var single: [Slot] = [.first(type: 0)]
  var pair: [Slot] = [.first(type: 0), .second(type: 1)]
  /// The types of two texts where special tokens are not wanted; nil for those of the slots.
  var bareTypes: [Int]?

  /// How many tokens a frame adds.
  static func count(_ slots: [Slot]) -> Int {
    slots.reduce(0) {
      if case .special(let ids, _) = $1 { $0 + ids.count } else { $0 }
    }
  }

  /// The numbers of all tokens that are added.
  var ids: [Int] {
    (single + pair).flatMap { slot -> [Int] in
      if case .special(let ids, _) = slot { return ids }
      return []
    }
  }

  /// The types that tokens get.
  var types: [Int] {
    (single + pair).map { slot in
      switch slot {
      case .special(_, let type), .first(let type), .second(let type): type
      }
    } + (bareTypes ?? [])
  }

  /// The tokens of one text.
  func frame(_ ids: [Int], addsSpecialTokens: Bool) -> [Int] {
    fill(single, ids, [], addsSpecialTokens).ids
  }

  /// The tokens of two texts, and the type of each.
  func frame(_ first: [Int], _ second: [Int], addsSpecialTokens: Bool) -> TokenPair {
    guard !addsSpecialTokens, let bareTypes else {
      return fill(pair, first, second, addsSpecialTokens)
    }
    let slots: [Slot] = [.first(type: bareTypes[0]), .second(type: bareTypes[1])]
    return fill(slots, first, second, false)
  }

  private func fill(
    _ slots: [Slot], _ first: [Int], _ second: [Int], _ addsSpecialTokens: Bool
  ) -> TokenPair {
    var filled = TokenPair(ids: [], typeIDs: [])
    func add(_ ids: [Int], _ type: Int) {
      filled.ids += ids
      filled.typeIDs += [Int](repeating: type, count: ids.count)
    }
    for slot in slots {
      switch slot {
      case .special(let ids, let type): if addsSpecialTokens { add(ids, type) }
      case .first(let type): add(first, type)
      case .second(let type): add(second, type)
      }
    }
    return filled
  }
}
