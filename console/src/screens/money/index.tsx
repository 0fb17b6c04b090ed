import { Route, Switch } from 'wouter'
import { useWords } from '../../text'
import { Page } from '../../ui/page'
import { Tabs } from '../../ui/tabs'
import { useOwner } from '../../ui/viewer'
import { Missing } from '../missing'
import { Contracts, NewContractButton } from './contracts'
import { Dues } from './dues'
import { StatementPage } from './statement'
import { Statements } from './statements'
import './money.css'
import { room } from './words'

/** MoneyRoom is what brands pay: how that was agreed, what is due, and the closed months. */
export default function MoneyRoom() {
  const w = useWords(room)
  const owner = useOwner()
  return (
    <Switch>
      <Route path="/money/statements/:id" component={StatementPage} />
      <Route>
        <Page title={w('title')} sub={w('sub')} actions={owner && <NewContractButton />}>
          <Tabs label={w('tabs')} tabs={[{ to: '/money', label: w('dues') }, { to: '/money/statements', label: w('statements') }, { to: '/money/contracts', label: w('contracts') }]} />
          <Switch>
            <Route path="/money" component={Dues} />
            <Route path="/money/statements" component={Statements} />
            <Route path="/money/contracts" component={Contracts} />
            <Route component={Missing} />
          </Switch>
        </Page>
      </Route>
    </Switch>
  )
}
