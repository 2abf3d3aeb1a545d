#!/usr/bin/env node
// `npx eks-node token`: an exec plugin for kubectl. Prints an ExecCredential and nothing else.
import { parseArgs } from 'node:util'

import { Eks, EksError } from '../index.mjs'

const USAGE = `Prints a token for an EKS cluster, for kubectl.

Usage: eks-node token --cluster-name NAME [--region REGION] [--profile NAME]

  --cluster-name NAME  the cluster's name
  --region REGION      the cluster's region; else that of the AWS configuration
  --profile NAME       use this profile of the AWS configuration
  --help

Credentials come from the standard AWS chain.`

const options = {
  'cluster-name': { type: 'string' },
  region: { type: 'string' },
  profile: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
}

async function main(args) {
  const { values, positionals } = parseArgs({ args, options, allowPositionals: true })
  if (values.help) return USAGE
  if (positionals.length !== 1 || positionals[0] !== 'token') throw new TypeError(`There is one command: token\n\n${USAGE}`)
  const { 'cluster-name': name, region, profile } = values
  if (!name) throw new TypeError(`--cluster-name is missing\n\n${USAGE}`)
  const eks = new Eks({ region, profile })
  // Says which version of the plugins' API kubectl speaks.
  return JSON.stringify(await eks.execCredential(name, process.env.KUBERNETES_EXEC_INFO))
}

try {
  console.log(await main(process.argv.slice(2)))
} catch (error) {
  // Of a mistake in the command line or in AWS a stack says nothing.
  console.error(`eks-node: ${error instanceof EksError || error instanceof TypeError ? error.message : error.stack}`)
  process.exitCode = 1
}
