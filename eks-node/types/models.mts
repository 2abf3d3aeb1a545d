// Compiled, never run: `tsc` fails where the generated declarations do not say what is meant.
import type {
  AccessPolicy,
  Cluster,
  ClusterInfo,
  Event,
  LabelChange,
  NodeGroup,
  Outcome,
  Plan,
  StepState,
} from '../models.js'

const group: NodeGroup = {
  name: 'web',
  instanceTypes: ['m5.large'],
  scaling: { min: 1, max: 4 },
  labels: { 'example.com/team': 'orders' },
  taints: [{ key: 'app', effect: 'NoSchedule' }],
  subnets: 'private',
}
const cluster: Cluster = { nodeGroups: [group], network: { cidr: '10.0.0.0/16' }, logging: ['api'] }
const given: Cluster = { network: { privateSubnets: ['subnet-1', 'subnet-2'] }, addons: [] }
const addon: Cluster = { addons: [{ name: 'coredns', configuration: { replicaCount: 3 } }] }
cluster.nodeGroups?.push({ subnets: ['subnet-1'] })
const scopes: AccessPolicy[] = [
  { policyArn: 'a' },
  { policyArn: 'a', scope: 'cluster' },
  { policyArn: 'a', scope: { namespaces: ['web'] } },
]
const labels: LabelChange = { team: 'orders', old: null }

// @ts-expect-error: a misspelt key
const misspelt: Cluster = { nodGroups: [] }
// @ts-expect-error: no such word
const word: NodeGroup = { capacity: 'spott' }
// @ts-expect-error: the effect is missing
const missing: NodeGroup = { taints: [{ key: 'app' }] }
// @ts-expect-error: a text is no list of texts
const text: NodeGroup = { instanceTypes: 'm5.large' }

function told(event: Event): string | number {
  switch (event.event) {
    case 'planned':
      return event.plan.steps.length
    case 'stepDone':
      return event.seconds
    case 'finished':
      // @ts-expect-error: only a step that is done took its time
      return event.seconds
    default:
      return event.at
  }
}

function reason(state: StepState): string {
  return state.state === 'skipped' ? state.reason : state.state
}

function came(outcome: Outcome): string {
  return outcome.outcome === 'created' ? outcome.arn : outcome.outcome
}

function answered(info: ClusterInfo, plan: Plan): string | null {
  // @ts-expect-error: an answer is not changed
  info.name = 'other'
  // @ts-expect-error: nor what it holds
  plan.steps.pop()
  return info.endpoint
}

export { addon, came, given, answered, labels, misspelt, missing, reason, scopes, text, told, word }
