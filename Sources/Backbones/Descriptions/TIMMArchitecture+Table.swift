// Written by Tests/Interop/make_architectures.py from timm 1.0.31: do not edit.

extension TIMMArchitecture {
  /// The arguments that timm makes its architectures with, as JSON, each followed by those architectures.
  ///
  /// Left out are arguments that the weights show. `class` is a network of another class than
  /// VisionTransformer, `norm_eps` the ε of the norms where timm says it.
  static let table = """
    {"act_layer": "gelu_tanh", "fc_norm": false, "global_pool": "avg", "num_heads": 12}
      vit_base_patch32_siglip_gap_256
    {"act_layer": "gelu_tanh", "fc_norm": false, "global_pool": "avg", "num_heads": 16}
      vit_giantopt_patch16_siglip_gap_256 vit_giantopt_patch16_siglip_gap_384
      vit_large_patch16_siglip_gap_512 vit_so400m_patch16_siglip_gap_256
      vit_so400m_patch16_siglip_gap_384 vit_so400m_patch16_siglip_gap_512
    {"act_layer": "gelu_tanh", "global_pool": "map", "num_heads": 12}
      vit_base_patch32_siglip_256
    {"act_layer": "gelu_tanh", "global_pool": "map", "num_heads": 16}
      vit_giantopt_patch16_siglip_256 vit_giantopt_patch16_siglip_384
      vit_large_patch16_siglip_512 vit_so400m_patch16_siglip_256 vit_so400m_patch16_siglip_384
      vit_so400m_patch16_siglip_512
    {"act_layer": "quick_gelu", "norm_eps": 1e-05, "norm_layer": "layernorm", "num_heads": 12}
      vit_base_patch16_clip_quickgelu_224 vit_base_patch32_clip_quickgelu_224
    {"act_layer": "quick_gelu", "norm_eps": 1e-05, "norm_layer": "layernorm", "num_heads": 16}
      vit_gigantic_patch14_clip_quickgelu_224 vit_huge_patch14_clip_quickgelu_224
      vit_huge_patch14_clip_quickgelu_378 vit_large_patch14_clip_quickgelu_224
      vit_large_patch14_clip_quickgelu_336
    {"act_layer": "silu", "embed_norm_layer": "RmsNorm", "fc_norm": false, "global_pool": "avg",
     "mlp_layer": "SwiGLU", "norm_eps": 1e-05, "norm_layer": "rmsnorm", "num_heads": 12,
     "proj_bias": false}
      aimv2_huge_patch14_224 aimv2_huge_patch14_336 aimv2_huge_patch14_448
    {"act_layer": "silu", "embed_norm_layer": "RmsNorm", "fc_norm": false, "global_pool": "avg",
     "mlp_layer": "SwiGLU", "norm_eps": 1e-05, "norm_layer": "rmsnorm", "num_heads": 16,
     "proj_bias": false}
      aimv2_1b_patch14_224 aimv2_1b_patch14_336 aimv2_1b_patch14_448
    {"act_layer": "silu", "embed_norm_layer": "RmsNorm", "fc_norm": false, "global_pool": "avg",
     "mlp_layer": "SwiGLU", "norm_eps": 1e-05, "norm_layer": "rmsnorm", "num_heads": 24,
     "proj_bias": false}
      aimv2_3b_patch14_224 aimv2_3b_patch14_336 aimv2_3b_patch14_448
    {"act_layer": "silu", "embed_norm_layer": "RmsNorm", "fc_norm": false, "global_pool": "avg",
     "mlp_layer": "SwiGLU", "norm_eps": 1e-05, "norm_layer": "rmsnorm", "num_heads": 8,
     "proj_bias": false}
      aimv2_large_patch14_224 aimv2_large_patch14_336 aimv2_large_patch14_448
    {"act_layer": "silu", "mlp_layer": "GluMlp", "no_embed_class": true, "num_heads": 24}
      vit_giant_patch14_reg1_tipsv2 vit_giant_patch14_reg4_dinov2
    {"act_layer": "silu", "mlp_layer": "GluMlp", "num_heads": 24}
      vit_giant_patch14_dinov2
    {"attn_layer": "diff", "global_pool": "avg", "no_embed_class": true, "num_heads": 4}
      vit_dwee_patch16_reg1_gap_256
    {"attn_layer": "diff", "global_pool": "avg", "no_embed_class": true, "num_heads": 5}
      vit_dlittle_patch16_reg1_gap_256
    {"block_fn": "DiffParallelScalingBlock", "global_pool": "avg", "no_embed_class": true,
     "num_heads": 4}
      vit_dpwee_patch16_reg1_gap_256
    {"block_fn": "ParallelScalingBlock", "global_pool": "avg", "no_embed_class": true,
     "num_heads": 4}
      vit_pwee_patch16_reg1_gap_256
    {"block_fn": "ParallelScalingBlock", "no_embed_class": true, "norm_layer": "rmsnorm",
     "num_heads": 12, "qk_norm": true}
      vit_base_patch16_xp_224
    {"block_fn": "ParallelScalingBlock", "no_embed_class": true, "norm_layer": "rmsnorm",
     "num_heads": 16, "qk_norm": true}
      vit_huge_patch14_xp_224 vit_large_patch14_xp_224
    {"block_fn": "ParallelThingsBlock", "num_heads": 12}
      vit_base_patch16_18x2_224
    {"block_fn": "ParallelThingsBlock", "num_heads": 6}
      vit_small_patch16_18x2_224
    {"block_fn": "ResPostBlock", "global_pool": "avg", "num_heads": 12}
      vit_base_patch16_rpn_224
    {"class": "Beit"}
      beit_base_patch16_224 beit_base_patch16_384 beit_large_patch16_224 beit_large_patch16_384
      beit_large_patch16_512 beitv2_base_patch16_224 beitv2_large_patch16_224
    {"class": "DeepSeek"}
      deepseek_vit_412m deepseek_vit_412m_align deepseek_vit_412m_enc
    {"class": "Eva"}
      eva02_base_patch14_224 eva02_base_patch14_448 eva02_base_patch16_clip_224
      eva02_enormous_patch14_clip_224 eva02_large_patch14_224 eva02_large_patch14_448
      eva02_large_patch14_clip_224 eva02_large_patch14_clip_336 eva02_small_patch14_224
      eva02_small_patch14_336 eva02_tiny_patch14_224 eva02_tiny_patch14_336
      eva_giant_patch14_224 eva_giant_patch14_336 eva_giant_patch14_560
      eva_giant_patch14_clip_224 vit_5b_patch16_sapiens2 vit_7b_patch16_dinov3
      vit_base_patch16_dinov3 vit_base_patch16_dinov3_qkvb vit_base_patch16_lingbot
      vit_base_patch16_rope_224 vit_base_patch16_rope_ape_224 vit_base_patch16_rope_mixed_224
      vit_base_patch16_rope_mixed_ape_224 vit_base_patch16_rope_reg1_gap_256
      vit_base_patch16_sapiens2 vit_betwixt_patch16_rope_reg4_gap_256 vit_giant_patch16_lingbot
      vit_giant_patch16_sapiens2 vit_huge_patch16_sapiens2 vit_huge_plus_patch16_dinov3
      vit_huge_plus_patch16_dinov3_qkvb vit_large_patch16_dinov3 vit_large_patch16_dinov3_qkvb
      vit_large_patch16_lingbot vit_large_patch16_rope_224 vit_large_patch16_rope_ape_224
      vit_large_patch16_rope_mixed_224 vit_large_patch16_rope_mixed_ape_224
      vit_large_patch16_sapiens2 vit_medium_patch16_rope_reg1_gap_256
      vit_mediumd_patch16_rope_reg1_gap_256 vit_pe_core_base_patch16_224
      vit_pe_core_gigantic_patch14_448 vit_pe_core_large_patch14_336
      vit_pe_core_small_patch16_384 vit_pe_core_tiny_patch16_384
      vit_pe_lang_gigantic_patch14_448 vit_pe_lang_large_patch14_448
      vit_pe_spatial_base_patch16_512 vit_pe_spatial_gigantic_patch14_448
      vit_pe_spatial_large_patch14_448 vit_pe_spatial_small_patch16_512
      vit_pe_spatial_tiny_patch16_512 vit_small_patch16_dinov3 vit_small_patch16_dinov3_qkvb
      vit_small_patch16_lingbot vit_small_patch16_rope_224 vit_small_patch16_rope_ape_224
      vit_small_patch16_rope_mixed_224 vit_small_patch16_rope_mixed_ape_224
      vit_small_plus_patch16_dinov3 vit_small_plus_patch16_dinov3_qkvb
      vit_tiny_patch16_dinov3_qkvb
    {"class": "Gemma4"}
      gemma4_vit_167m gemma4_vit_167m_enc gemma4_vit_570m gemma4_vit_570m_enc
    {"class": "NaFlexVit"}
      naflexvit_base_patch16_gap naflexvit_base_patch16_map naflexvit_base_patch16_par_gap
      naflexvit_base_patch16_parfac_gap naflexvit_base_patch16_radio_v3
      naflexvit_base_patch16_siglip naflexvit_giant_patch16_radio_v3
      naflexvit_huge_patch16_radio_v3 naflexvit_huge_patch16_radio_v4
      naflexvit_large_patch16_radio_v3 naflexvit_so150m2_patch16_reg1_gap
      naflexvit_so150m2_patch16_reg1_map naflexvit_so400m_patch16_radio_v4
      naflexvit_so400m_patch16_siglip
    {"class": "Qwen3"}
      qwen3_vit_306m qwen3_vit_306m_enc qwen3_vit_306m_merge qwen3_vit_416m qwen3_vit_416m_enc
      qwen3_vit_416m_merge qwen3_vit_88m qwen3_vit_88m_enc qwen3_vit_88m_merge
    {"class": "SwinTransformer", "num_heads": [3, 6, 12, 24], "window_size": 7}
      swin_small_patch4_window7_224 swin_tiny_patch4_window7_224
    {"class": "SwinTransformer", "num_heads": [3, 6, 12, 24], "window_size": [14, 14, 14, 7]}
      swin_s3_small_224
    {"class": "SwinTransformer", "num_heads": [3, 6, 12, 24], "window_size": [7, 7, 14, 7]}
      swin_s3_base_224 swin_s3_tiny_224
    {"class": "SwinTransformer", "num_heads": [4, 8, 16, 32], "window_size": 12}
      swin_base_patch4_window12_384 swin_base_patch4_window12_384_in22k
    {"class": "SwinTransformer", "num_heads": [4, 8, 16, 32], "window_size": 7}
      swin_base_patch4_window7_224 swin_base_patch4_window7_224_in22k
    {"class": "SwinTransformer", "num_heads": [6, 12, 24, 48], "window_size": 12}
      swin_large_patch4_window12_384 swin_large_patch4_window12_384_in22k
    {"class": "SwinTransformer", "num_heads": [6, 12, 24, 48], "window_size": 7}
      swin_large_patch4_window7_224 swin_large_patch4_window7_224_in22k
    {"class": "SwinTransformerV2"}
      swinv2_base_window12_192 swinv2_base_window12_192_22k swinv2_base_window12to16_192to256
      swinv2_base_window12to16_192to256_22kft1k swinv2_base_window12to24_192to384
      swinv2_base_window12to24_192to384_22kft1k swinv2_base_window16_256 swinv2_base_window8_256
      swinv2_large_window12_192 swinv2_large_window12_192_22k swinv2_large_window12to16_192to256
      swinv2_large_window12to16_192to256_22kft1k swinv2_large_window12to24_192to384
      swinv2_large_window12to24_192to384_22kft1k swinv2_small_window16_256
      swinv2_small_window8_256 swinv2_tiny_window16_256 swinv2_tiny_window8_256
    {"class": "SwinTransformerV2Cr"}
      swinv2_cr_base_224 swinv2_cr_base_384 swinv2_cr_base_ns_224 swinv2_cr_giant_224
      swinv2_cr_giant_384 swinv2_cr_huge_224 swinv2_cr_huge_384 swinv2_cr_large_224
      swinv2_cr_large_384 swinv2_cr_small_224 swinv2_cr_small_384 swinv2_cr_small_ns_224
      swinv2_cr_small_ns_256 swinv2_cr_tiny_224 swinv2_cr_tiny_384 swinv2_cr_tiny_ns_224
    {"class": "ViTamin"}
      vitamin_base_224 vitamin_large2_224 vitamin_large2_256 vitamin_large2_336
      vitamin_large2_384 vitamin_large_224 vitamin_large_256 vitamin_large_336 vitamin_large_384
      vitamin_small_224 vitamin_xlarge_256 vitamin_xlarge_336 vitamin_xlarge_384
    {"class": "VisionTransformerDistilled", "num_heads": 12}
      deit_base_distilled_patch16_224 deit_base_distilled_patch16_384
    {"class": "VisionTransformerDistilled", "num_heads": 3}
      deit_tiny_distilled_patch16_224
    {"class": "VisionTransformerDistilled", "num_heads": 6}
      deit_small_distilled_patch16_224
    {"class": "VisionTransformerRelPos"}
      test_vit_relpos vit_relpos_base_patch16_224 vit_relpos_base_patch16_cls_224
      vit_relpos_base_patch16_clsgap_224 vit_relpos_base_patch16_plus_240
      vit_relpos_base_patch16_rpn_224 vit_relpos_base_patch32_plus_rpn_256
      vit_relpos_medium_patch16_224 vit_relpos_medium_patch16_cls_224
      vit_relpos_medium_patch16_rpn_224 vit_relpos_small_patch16_224
      vit_relpos_small_patch16_rpn_224 vit_srelpos_medium_patch16_224
      vit_srelpos_small_patch16_224
    {"class": "VisionTransformerSAM"}
      samvit_base_patch16 samvit_base_patch16_224 samvit_huge_patch16 samvit_large_patch16
    {"embed_layer": "HybridEmbed", "no_embed_class": true, "num_heads": 12}
      vit_base_mci_224
    {"embed_layer": "HybridEmbed", "num_heads": 12}
      vit_base_r26_s32_224 vit_base_r50_s16_224 vit_base_r50_s16_224_in21k vit_base_r50_s16_384
      vit_base_resnet26d_224 vit_base_resnet50_224_in21k vit_base_resnet50_384
      vit_base_resnet50d_224
    {"embed_layer": "HybridEmbed", "num_heads": 16}
      vit_large_r50_s32_224 vit_large_r50_s32_224_in21k vit_large_r50_s32_384
    {"embed_layer": "HybridEmbed", "num_heads": 3}
      vit_tiny_r_s16_p8_224 vit_tiny_r_s16_p8_224_in21k vit_tiny_r_s16_p8_384
    {"embed_layer": "HybridEmbed", "num_heads": 6}
      vit_small_r26_s32_224 vit_small_r26_s32_224_in21k vit_small_r26_s32_384
    {"embed_layer": "HybridEmbed", "num_heads": 8}
      vit_small_resnet26d_224 vit_small_resnet50d_s16_224
    {"fc_norm": false, "global_pool": "avg", "num_heads": 10}
      vit_betwixt_patch16_gap_256
    {"fc_norm": false, "global_pool": "avg", "num_heads": 12}
      vit_base_patch16_siglip_gap_224 vit_base_patch16_siglip_gap_256
      vit_base_patch16_siglip_gap_384 vit_base_patch16_siglip_gap_512
    {"fc_norm": false, "global_pool": "avg", "num_heads": 14}
      vit_so150m_patch16_reg4_gap_256 vit_so150m_patch16_reg4_gap_384
    {"fc_norm": false, "global_pool": "avg", "num_heads": 16}
      vit_base_patch16_gap_224 vit_giant_patch16_gap_224 vit_huge_patch14_gap_224
      vit_huge_patch16_gap_448 vit_large_patch16_siglip_gap_256 vit_large_patch16_siglip_gap_384
      vit_so400m_patch14_siglip_gap_224 vit_so400m_patch14_siglip_gap_378
      vit_so400m_patch14_siglip_gap_384 vit_so400m_patch14_siglip_gap_448
      vit_so400m_patch14_siglip_gap_896
    {"fc_norm": false, "global_pool": "avg", "num_heads": 8}
      vit_medium_patch16_gap_240 vit_medium_patch16_gap_256 vit_medium_patch16_gap_384
    {"final_norm": false, "no_embed_class": true, "num_heads": 12}
      vit_base_patch16_radio_v3
    {"final_norm": false, "no_embed_class": true, "num_heads": 16}
      vit_huge_patch16_radio_v3 vit_huge_patch16_radio_v4 vit_large_patch16_radio_v3
      vit_so400m_patch16_radio_v4
    {"final_norm": false, "no_embed_class": true, "num_heads": 24}
      vit_giant_patch16_radio_v3
    {"final_norm": false, "num_heads": 16}
      vit_intern300m_patch14_448
    {"global_pool": "avg", "no_embed_class": true, "num_heads": 10}
      vit_betwixt_patch16_reg1_gap_256 vit_betwixt_patch16_reg4_gap_256
      vit_betwixt_patch16_reg4_gap_384
    {"global_pool": "avg", "no_embed_class": true, "num_heads": 12}
      vit_base_patch16_reg4_gap_256
    {"global_pool": "avg", "no_embed_class": true, "num_heads": 4}
      vit_wee_patch16_reg1_gap_256
    {"global_pool": "avg", "no_embed_class": true, "num_heads": 5}
      vit_little_patch16_reg1_gap_256 vit_little_patch16_reg4_gap_256
    {"global_pool": "avg", "no_embed_class": true, "num_heads": 8}
      vit_medium_patch16_reg1_gap_256 vit_medium_patch16_reg4_gap_256
      vit_mediumd_patch16_reg4_gap_256 vit_mediumd_patch16_reg4_gap_384
    {"global_pool": "avg", "norm_eps": 1e-05, "norm_layer": "layernorm", "num_heads": 12,
     "scale_attn_norm": true, "scale_mlp_norm": true}
      beit3_base_patch16_224
    {"global_pool": "avg", "norm_eps": 1e-05, "norm_layer": "layernorm", "num_heads": 16,
     "scale_attn_norm": true, "scale_mlp_norm": true}
      beit3_giant_patch14_224 beit3_giant_patch14_336 beit3_large_patch16_224
    {"global_pool": "avg", "norm_layer": "rmsnorm", "num_heads": 3}
      test_vit4
    {"global_pool": "avg", "num_heads": 13}
      vit_so150m2_patch16_reg1_gap_256 vit_so150m2_patch16_reg1_gap_384
      vit_so150m2_patch16_reg1_gap_448
    {"global_pool": "avg", "num_heads": 16}
      eva_large_patch14_196 eva_large_patch14_336
    {"global_pool": "avg", "num_heads": 2}
      test_vit2
    {"global_pool": "map", "num_heads": 12}
      vit_base_patch16_siglip_224 vit_base_patch16_siglip_256 vit_base_patch16_siglip_384
      vit_base_patch16_siglip_512
    {"global_pool": "map", "num_heads": 14}
      vit_so150m_patch16_reg4_map_256
    {"global_pool": "map", "num_heads": 16}
      vit_large_patch16_siglip_256 vit_large_patch16_siglip_384 vit_so400m_patch14_siglip_224
      vit_so400m_patch14_siglip_378 vit_so400m_patch14_siglip_384
    {"global_pool": "map", "num_heads": 3, "pool_include_prefix": true}
      test_vit3
    {"no_embed_class": true, "num_heads": 12}
      deit3_base_patch16_224 deit3_base_patch16_224_in21ft1k deit3_base_patch16_384
      deit3_base_patch16_384_in21ft1k flexivit_base vit_base_patch14_reg1_tipsv2
      vit_base_patch14_reg4_dinov2
    {"no_embed_class": true, "num_heads": 16}
      deit3_huge_patch14_224 deit3_huge_patch14_224_in21ft1k deit3_large_patch16_224
      deit3_large_patch16_224_in21ft1k deit3_large_patch16_384 deit3_large_patch16_384_in21ft1k
      flexivit_large vit_large_patch14_reg1_tipsv2 vit_large_patch14_reg4_dinov2
      vit_so400m_patch14_reg1_tipsv2
    {"no_embed_class": true, "num_heads": 6}
      deit3_small_patch16_224 deit3_small_patch16_224_in21ft1k deit3_small_patch16_384
      deit3_small_patch16_384_in21ft1k flexivit_small vit_small_patch14_reg4_dinov2
    {"no_embed_class": true, "num_heads": 8}
      deit3_medium_patch16_224 deit3_medium_patch16_224_in21ft1k
    {"norm_eps": 1e-05, "norm_layer": "layernorm", "num_heads": 10}
      vit_betwixt_patch32_clip_224
    {"norm_eps": 1e-05, "norm_layer": "layernorm", "num_heads": 12}
      vit_base_patch16_clip_224 vit_base_patch16_clip_384 vit_base_patch32_224_clip_laion2b
      vit_base_patch32_clip_224 vit_base_patch32_clip_256 vit_base_patch32_clip_384
      vit_base_patch32_clip_448
    {"norm_eps": 1e-05, "norm_layer": "layernorm", "num_heads": 14}
      vit_base_patch16_plus_clip_240
    {"norm_eps": 1e-05, "norm_layer": "layernorm", "num_heads": 16}
      vit_giant_patch14_224_clip_laion2b vit_giant_patch14_clip_224
      vit_gigantic_patch14_clip_224 vit_gigantic_patch14_clip_378
      vit_huge_patch14_224_clip_laion2b vit_huge_patch14_clip_224 vit_huge_patch14_clip_336
      vit_huge_patch14_clip_378 vit_large_patch14_224_clip_laion2b vit_large_patch14_clip_224
      vit_large_patch14_clip_336
    {"norm_eps": 1e-05, "norm_layer": "layernorm", "num_heads": 4}
      vit_xsmall_patch16_clip_224
    {"norm_eps": 1e-05, "norm_layer": "layernorm", "num_heads": 8}
      vit_medium_patch16_clip_224 vit_medium_patch32_clip_224
    {"num_heads": 12}
      deit_base_patch16_224 deit_base_patch16_384 vit_base_patch14_dinov2 vit_base_patch16_224
      vit_base_patch16_224_dino vit_base_patch16_224_in21k vit_base_patch16_224_miil
      vit_base_patch16_224_miil_in21k vit_base_patch16_224_sam vit_base_patch16_384
      vit_base_patch32_224 vit_base_patch32_224_in21k vit_base_patch32_224_sam
      vit_base_patch32_384 vit_base_patch8_224 vit_base_patch8_224_dino
      vit_base_patch8_224_in21k
    {"num_heads": 14}
      vit_base_patch16_plus_240 vit_base_patch32_plus_256
    {"num_heads": 16}
      vit_giant_patch14_224 vit_gigantic_patch14_224 vit_huge_patch14_224
      vit_huge_patch14_224_in21k vit_large_patch14_224 vit_large_patch14_dinov2
      vit_large_patch16_224 vit_large_patch16_224_in21k vit_large_patch16_384
      vit_large_patch32_224 vit_large_patch32_224_in21k vit_large_patch32_384
    {"num_heads": 2}
      test_vit
    {"num_heads": 3}
      deit_tiny_patch16_224 vit_tiny_patch16_224 vit_tiny_patch16_224_in21k vit_tiny_patch16_384
    {"num_heads": 6}
      deit_small_patch16_224 vit_small_patch14_dinov2 vit_small_patch16_224
      vit_small_patch16_224_dino vit_small_patch16_224_in21k vit_small_patch16_36x1_224
      vit_small_patch16_384 vit_small_patch32_224 vit_small_patch32_224_in21k
      vit_small_patch32_384 vit_small_patch8_224 vit_small_patch8_224_dino
    """
}
