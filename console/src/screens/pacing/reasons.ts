import { type Fill, useText, useWords, words } from '../../text'
import type { Reason } from '../../types'
import { isReason } from '../why'

/** The reasons that are said with a rule's numbers elsewhere, without them. */
const plain = words(
  { group_cap: '这个群的推广名额已占满', min_gap: '离上一条推广太近', brand_cap: '这个品牌在这个群的名额已占满', quiet_hours: '不打扰时段' },
  { group_cap: 'the group’s limit is used up', min_gap: 'too soon after another sponsored post', brand_cap: 'the brand’s limit here is used up', quiet_hours: 'quiet hours' },
)

/** usePlainWhy says a reason without the numbers of a rule, which may be another one by now. */
export function usePlainWhy(): (reason: string) => string {
  const { t } = useText()
  const w = useWords(plain)
  return (reason) => {
    if (reason in plain.en) return w(reason as keyof typeof plain.en)
    return isReason(reason) ? t(`why.${reason}` as `why.${Exclude<Reason, 'group_cap' | 'min_gap' | 'brand_cap'>}`, {} as Fill) : reason
  }
}
