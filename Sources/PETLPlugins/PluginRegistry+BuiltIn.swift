import AOFT
import ARC
import AdaLoRA
import AdaptFormer
import BinaryAdapters
import Bottleneck
import C3A
import Compacter
import Consolidator
import Convpass
import DeLoRA
import DoRA
import FacT
import FourierFT
import GraLoRA
import HRA
import Householder
import IA3
import KAdaptation
import LSRAdapt
import LoRA
import LoRAXS
import LoRTA
import Losses
import LyCORIS
import MiSS
import OFT
public import PETL
import PoLAR
import RLRR
import RandLoRA
import ReSoRA
import Regularizers
import RepAdapter
import RoAd
import Rules
import SSF
import VBLoRA
import VPT
import VeRA
import WeightTunings

extension PluginRegistry {
  /// The plugins of this package, and yours beside them.
  ///
  /// - Parameters:
  ///   - adapters: your adapters.
  ///   - tunings: your methods that train the backbone's own weights.
  ///   - regularizers: your regularizers.
  ///   - optimizers: your optimizers; those of this package are known to every recipe.
  ///   - rules: your training rules.
  ///   - losses: your losses.
  /// - Returns: all of them, ours first.
  /// - Throws: `DiagnosticError` when two plugins of a kind have the same name.
  public static func builtIn(
    adding adapters: [any Adapter.Type] = [], tunings: [any WeightTuning.Type] = [],
    regularizers: [any Regularizer.Type] = [], optimizers: [any Optimizer.Type] = [],
    rules: [any TrainingRule.Type] = [], losses: [any Loss.Type] = []
  ) throws -> PluginRegistry {
    try PluginRegistry(
      adapters: [
        LoRA.self, AdaptFormer.self, Houlsby.self, Pfeiffer.self, AdapterPlus.self, AOFT.self,
        AOFTPrompt.self, Householder.self, LoRTA.self, LSRAdapt.self, DoRA.self, VeRA.self,
        RepAdapter.self, ARC.self, PoLAR.self, StelLA.self, SSF.self, VPT.self, AdaLoRA.self,
        FacTTT.self, FacTTK.self, Convpass.self, Compacter.self, RLRR.self, Consolidator.self,
        BiLoRA.self, BiAdaptFormer.self, OFT.self, BOFT.self, HRA.self, IA3.self, FourierFT.self,
        C3A.self, RoAd.self, KAdaptation.self, LoHa.self, LoKr.self, DeLoRA.self, RandLoRA.self,
        MiSS.self, GraLoRA.self, LoRAXS.self, VBLoRA.self,
      ] + adapters,
      tunings: [
        BitFit.self, NormTuning.self, FullFineTuning.self, LinearProbe.self,
      ] + tunings,
      regularizers: [
        ReSoRA.self, WeightOrthogonality.self, GroupOrthogonality.self, DeCov.self,
        VICRegVariance.self, RankPressure.self, LogDet.self, Orthogonal.self, OLoRA.self,
        CLoRA.self,
        DeltaNorm.self, Keep.self, ReSoRAAcross.self, Intruder.self,
      ] + regularizers, optimizers: optimizers,
      rules: [EMA.self, EarlyStopping.self, LayerDecay.self, LoRAPlus.self] + rules,
      losses: [CrossEntropy.self, Focal.self, Binary.self] + losses)
  }
}
