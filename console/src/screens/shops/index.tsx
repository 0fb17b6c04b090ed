import { Route, Switch, useLocation } from 'wouter'
import { useWords } from '../../text'
import { Page } from '../../ui/page'
import { Tabs } from '../../ui/tabs'
import { Missing } from '../missing'
import { Find } from './find'
import { NewShop, Shops } from './list'
import { Redeemed } from './redeemed'
import { SheetTab } from './sheet'
import { ShopPage } from './shop'
import './shops.css'
import { room } from './words'

/** ShopRoom is where vouchers are used: the shops, who works there, what was written off and what became of a voucher. */
export default function ShopRoom() {
  const w = useWords(room)
  const [path] = useLocation()
  return (
    <Switch>
      <Route path="/shops/at/:id" component={ShopPage} />
      <Route>
        <Page title={w('title')} sub={w('sub')} actions={path === '/shops' && <NewShop />}>
          <Tabs label={w('tabs')} tabs={[{ to: '/shops', label: w('shops') }, { to: '/shops/redeemed', label: w('redeemed') }, { to: '/shops/sheet', label: w('sheet') }, { to: '/shops/find', label: w('find') }]} />
          <Switch>
            <Route path="/shops" component={Shops} />
            <Route path="/shops/redeemed" component={Redeemed} />
            <Route path="/shops/sheet" component={SheetTab} />
            <Route path="/shops/find" component={Find} />
            <Route component={Missing} />
          </Switch>
        </Page>
      </Route>
    </Switch>
  )
}
