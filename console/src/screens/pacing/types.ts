import type { components } from '../../schema'

type Schemas = components['schemas']

export type Rules = Schemas['Rules']
export type Cap = Schemas['Cap']
export type Holdout = Schemas['Holdout']
export type Revision = Schemas['RulesRevision']
export type InForce = Schemas['RulesInForce']
export type Limit = InForce['limits'][number]
export type Difference = Schemas['RulesDifference']
export type Unit = Schemas['RulesUnit']

export type Trial = Schemas['Trial']
export type Verdict = Schemas['Verdict']

export type Story = Schemas['Story']
export type Decision = Schemas['Decision']
export type Room = Decision['rooms'][number]
export type Calendar = Schemas['Calendars']['groups'][number]
export type Stretch = Calendar['stretches'][number]
export type Fatigue = Schemas['GroupFatigue']
export type FatigueDay = Schemas['GroupDay']
export type Learnt = Schemas['LearntValue']
export type Lift = Schemas['Lift']
