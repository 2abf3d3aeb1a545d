// Compiled, never run: `tsc` fails where the declarations do not say what is meant.
import { EksError, rehearse, type ErrorKind, type Rehearsal } from 'eks-node'

const rehearsal: Rehearsal = await rehearse({ name: 'web' })
const seconds: number = rehearsal.seconds
const kinds: string[] = rehearsal.left.map((resource) => resource.kind)

// @ts-expect-error: a spec is an object
await rehearse('web')
// @ts-expect-error: no such kind
const kind: ErrorKind = 'misspelt'

const error = new EksError('no', { kind: 'conflict', code: 'ResourceInUseException' })
const code: string | null = error.code
// @ts-expect-error: errors are not changed
error.code = 'other'

export { code, kind, kinds, seconds }
