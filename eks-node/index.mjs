import eks from './index.js'

export const { EksError, rehearse } = eks
