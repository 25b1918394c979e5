use std::process::ExitCode;

use clap::{Args, ValueEnum};

use crate::config::CatalogModel;
use crate::{catalog, config, plugins};

/// Arguments of `callboard schema`.
#[derive(Debug, Args)]
pub struct SchemaArgs {
    /// Which files the schema is for
    #[arg(value_enum)]
    of: Of,
    /// Which of Backstage's two models counts
    #[arg(long, value_enum, default_value = "builtin")]
    model: Model,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Of {
    /// A document of catalog-info.yaml
    Entity,
    /// The settings
    Site,
    /// The lines that a plugin's program reads and writes
    Plugin,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Model {
    Builtin,
    Layers,
}

/// Prints a JSON Schema.
pub fn run(args: &SchemaArgs) -> anyhow::Result<ExitCode> {
    let model = match args.model {
        Model::Builtin => CatalogModel::Builtin,
        Model::Layers => CatalogModel::Layers,
    };
    let schema = match args.of {
        Of::Entity => catalog::json_schema(model),
        Of::Site => config::json_schema(),
        Of::Plugin => plugins::json_schema(),
    };
    println!("{}", serde_json::to_string_pretty(&schema)?);
    Ok(ExitCode::SUCCESS)
}
